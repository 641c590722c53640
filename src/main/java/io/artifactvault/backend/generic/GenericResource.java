package io.artifactvault.backend.generic;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.LoopMark;
import io.artifactvault.http.OriginId;
import io.artifactvault.http.Request;
import io.artifactvault.http.RoutingFields;
import io.artifactvault.http.UserAgent;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The resource that one request to a mounted origin asks for. */
final class GenericResource implements HttpResource {
    /** Fields that belong to the connection, the credential or the cache. */
    private static final String[] NOT_FORWARDED = {
        "Host", "Authorization", "Content-Length", "Expect", "If-None-Match", "If-Modified-Since", "If-Range", "Range"
    };

    /** Methods whose request contains a destination (RFC 4918 §9.8 and §9.9). */
    private static final Set<String> WITH_DESTINATION = Set.of("COPY", "MOVE");

    /** Methods to which Max-Forwards applies (RFC 9110 §7.6.2). */
    private static final Set<String> WITH_MAX_FORWARDS = Set.of("OPTIONS", "TRACE");

    private static final String DESTINATION = "Destination";
    private static final String MAX_FORWARDS = "Max-Forwards";

    private static final String USER_AGENT = "User-Agent";
    private static final String[] NOT_FORWARDED_WHEN_PASSED = {"Host", "Authorization", "Content-Length", "Expect"};

    private static final String AUTHORIZATION = "authorization";

    private final GenericSettings settings;
    private final Request request;
    private final String below;

    GenericResource(GenericSettings settings, Request request) {
        this.settings = settings;
        this.request = request;
        this.below = request.target().sentBelow(settings.prefix());
    }

    @Override
    public String title() {
        return settings.name() + " /"
                + request.target().path().substring(settings.prefix().length());
    }

    @Override
    public String key() {
        return keyOf(uri());
    }

    /**
     * The key consists of the origin, so that a new base_url finds no responses of the old one; the target exactly as
     * it is sent, because a signature may cover its spelling; and the request fields that the operator forwards
     * although they are not part of HTTP's own key.
     */
    @Override
    public String keyOf(URI uri) {
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String target = (uri.getRawPath().isEmpty() ? "/" : uri.getRawPath()) + query;
        List<String> parts = new ArrayList<>(
                List.of(settings.name(), "http", OriginId.of(uri).toString(), target));
        for (String name : new TreeSet<>(settings.request().allow())) {
            List<String> values = request.fields().all(name);
            if (!values.isEmpty()) {
                parts.add(name);
                parts.add(KeyBuilder.key(values));
            }
        }
        return KeyBuilder.key(parts);
    }

    private URI uri() {
        return URI.create(settings.baseUrl() + "/" + below);
    }

    @Override
    public Fields selecting() {
        return settings.request().apply(passed());
    }

    /**
     * The client's fields that may be sent to the origin. User-Agent is sent only if no other client gets the response.
     */
    private Fields passed() {
        Fields.Builder fields = Fields.builder();
        request.fields().withoutHopByHop().forEach((name, value) -> {
            if (mayReachOrigin(name)) {
                fields.add(name, value);
            }
        });
        if (request.isRead() && !isAllowed(USER_AGENT)) {
            fields.set(USER_AGENT, UserAgent.OWN);
        }
        return fields.build();
    }

    private boolean mayReachOrigin(String name) {
        if (isAllowed(name)) {
            return true;
        }
        if (name.equalsIgnoreCase(DESTINATION)) {
            return WITH_DESTINATION.contains(request.method());
        }
        return !RoutingFields.contains(name)
                && (!name.equalsIgnoreCase(MAX_FORWARDS) || WITH_MAX_FORWARDS.contains(request.method()));
    }

    private boolean isAllowed(String name) {
        return settings.request().allow().contains(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public Upstream upstream() {
        Fields fields = request.isPlainRead()
                ? LoopMark.withoutOthersInVia(passed().without(NOT_FORWARDED))
                : passed().without(NOT_FORWARDED_WHEN_PASSED);
        return new Upstream(
                uri(),
                settings.request().apply(fields),
                settings.request().remove().contains(AUTHORIZATION) ? Optional.empty() : request.credential(),
                settings.redirects().most(),
                settings.redirects().privateTargets(),
                new Upstream.Limits(
                        settings.name(),
                        "",
                        false,
                        "",
                        List.of(),
                        settings.source().passingStall()));
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
    public Duration negativeTtl() {
        return settings.negativeTtl();
    }

    @Override
    public Duration staleIfError() {
        return settings.staleIfError();
    }

    @Override
    public Fields present(Fields answer, Request current) {
        Fields fields = answer;
        if (settings.redirects().rewrite()) {
            fields = rewritten(rewritten(fields, "Location"), "Content-Location");
        }
        return settings.response().apply(fields);
    }

    /** Replaces base_url with the mount; URLs outside base_url stay as the origin sent them. */
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
            String local = settings.prefix() + absolute.substring(Math.min(base.length(), absolute.length()));
            // Clients would interpret two slashes as another host, and dots as a path outside the mount.
            boolean below = absolute.startsWith(base) && !local.startsWith("//") && !local.contains("/../");
            return Optional.of(local).filter(_ -> below);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
