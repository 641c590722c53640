package io.artifactvault.backend.generic;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.Resolution;
import io.artifactvault.http.Request;
import io.artifactvault.http.Via;
import java.util.List;
import java.util.Set;

/** Any HTTP origin under a prefix, which is taken off; what may be kept is told by its answers alone. */
public final class GenericBackend implements Backend {
    /** More than any sensible chain of vaults: a request that has come round so often is in a loop. */
    private static final int MOST_PASSES = 8;

    /** What a gateway does not pass on: a tunnel (RFC 9110 §9.3.6), and an echo of credentials (§9.3.8). */
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
        if (Via.passes(request.fields()) >= MOST_PASSES) {
            return Resolution.Local.json(
                    508, "{\"error\":\"The request has come here too often; base_url leads back to this vault.\"}");
        }
        return new Resolution.Shared(new GenericResource(settings, request));
    }
}
