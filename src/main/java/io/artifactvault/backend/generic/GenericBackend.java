package io.artifactvault.backend.generic;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.Resolution;
import io.artifactvault.http.Request;
import java.util.List;
import java.util.Set;

/**
 * Any HTTP origin mounted under a prefix, which is removed before forwarding; only the origin's responses determine
 * whether they may be stored.
 */
public final class GenericBackend implements Backend {
    /** Methods that a gateway does not forward: a tunnel (RFC 9110 §9.3.6), and an echo of credentials (§9.3.8). */
    private static final Set<String> NEVER = Set.of("CONNECT", "TRACE");

    private final GenericSettings settings;

    public GenericBackend(GenericSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public String prefix() {
        return settings.prefix();
    }

    @Override
    public List<String> hosts() {
        return settings.hosts();
    }

    @Override
    public boolean accepts(String method) {
        return settings.methods().isEmpty()
                ? !NEVER.contains(method)
                : settings.methods().contains(method);
    }

    @Override
    public boolean answersPreflights() {
        return false;
    }

    @Override
    public Resolution resolve(Request request) {
        return new Resolution.Found(new GenericResource(settings, request));
    }
}
