package io.artifactvault.backend.generic;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import io.artifactvault.http.Via;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What one request to a mounted origin asks for. */
final class GenericResource implements HttpResource {
    /** The connection's, the credential's, or the cache's to say. */
    private static final String[] NOT_FORWARDED = {
        "Host", "Authorization", "Content-Length", "Expect", "If-None-Match", "If-Modified-Since", "If-Range", "Range"
    };

    private static final String[] NOT_FORWARDED_WHEN_PASSED = {"Host", "Authorization", "Content-Length", "Expect"};

    private final GenericSettings settings;
    private final Request request;
    private final String below;

    GenericResource(GenericSettings settings, Request request) {
        this.settings = settings;
        this.request = request;
        this.below = request.target().path().substring(settings.prefix().length());
    }

    @Override
    public String title() {
        return settings.name() + " /" + below;
    }

    @Override
    public String key() {
        return keyOf(uri());
    }

    /** The origin is part of the key, so that a new base_url finds nothing of the old one's. */
    @Override
    public String keyOf(URI uri) {
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String target = (uri.getRawPath().isEmpty() ? "/" : uri.getRawPath()) + query;
        return settings.name() + " http " + OriginId.of(uri) + canonical(target);
    }

    private static String canonical(String target) {
        try {
            return Target.parse(target).toString();
        } catch (BadTargetException e) {
            return target;
        }
    }

    private URI uri() {
        String query = request.target().query().map(text -> "?" + text).orElse("");
        return URI.create(settings.baseUrl() + "/" + below + query);
    }

    @Override
    public Upstream upstream() {
        Fields fields = request.fields()
                .withoutHopByHop()
                .without(request.isPlainRead() ? NOT_FORWARDED : NOT_FORWARDED_WHEN_PASSED);
        return new Upstream(
                uri(),
                settings.request().apply(Via.passed(fields)),
                request.credential(),
                settings.redirects().most(),
                settings.redirects().privateTargets(),
                new Upstream.Account(settings.name(), "", false, List.of()));
    }

    @Override
    public boolean followsRedirects() {
        return settings.redirects().follow();
    }

    @Override
    public Optional<Duration> defaultTtl() {
        return settings.defaultTtl();
    }

    @Override
    public Duration staleIfError() {
        return settings.staleIfError();
    }

    @Override
    public Fields present(Fields answer, Request asked) {
        Fields fields = answer;
        if (settings.redirects().rewrite()) {
            fields = rewritten(rewritten(fields, "Location"), "Content-Location");
        }
        return settings.response().apply(fields);
    }

    /** Below the mount instead of below base_url; what lies elsewhere stays as the origin sent it. */
    private Fields rewritten(Fields fields, String name) {
        return fields.first(name)
                .flatMap(this::onVault)
                .map(local -> fields.with(name, local))
                .orElse(fields);
    }

    private Optional<String> onVault(String reference) {
        try {
            String absolute = uri().resolve(URI.create(reference.strip())).toString();
            String base = settings.baseUrl() + "/";
            return absolute.startsWith(base)
                    ? Optional.of(settings.prefix() + absolute.substring(base.length()))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
