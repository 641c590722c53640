package io.artifactvault.cache.upstream;

import io.artifactvault.backend.TokenRequest;
import io.artifactvault.http.BearerChallenge;
import io.artifactvault.http.OriginId;
import io.artifactvault.http.Target;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Determines where to request a token, and whether that origin may receive a caller's credential. Pure. */
final class TokenRealm {
    private TokenRealm() {}

    private static final int PORT_OF_HTTPS = 443;

    /**
     * The URL to request, with service and scope; empty if the registry names none that is permitted, or if path and
     * query are not canonical.
     *
     * @param registry the origin that sent the challenge
     */
    static Optional<URI> address(TokenRequest request, OriginId registry) {
        try {
            URI realm = new URI(request.challenge().realm());
            OriginId origin = OriginId.of(realm);
            boolean safe = origin.isTls() || !registry.isTls();
            boolean permitted = origin.equals(registry) || isNamed(origin, request.hosts());
            return safe && permitted && realm.getRawFragment() == null
                    ? Optional.of(URI.create(origin.toString() + target(realm, request.challenge())))
                    : Optional.empty();
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isNamed(OriginId origin, Set<String> hosts) {
        boolean byHost = origin.port() == PORT_OF_HTTPS && hosts.contains(origin.host());
        return byHost || hosts.contains(host(origin) + ":" + origin.port());
    }

    private static String host(OriginId origin) {
        return origin.host().contains(":") ? "[" + origin.host() + "]" : origin.host();
    }

    /**
     * Why {@link #address} is empty and what to do, as the end of a sentence that begins with the registry. For the log:
     * contains neither path nor query.
     */
    static String refusal(TokenRequest request, OriginId registry) {
        OriginId origin;
        try {
            origin = OriginId.of(new URI(request.challenge().realm()));
        } catch (URISyntaxException | IllegalArgumentException e) {
            return "names a token service that is not an http or https URL. Have the registry name another address.";
        }
        if (registry.isTls() && !origin.isTls()) {
            return "names the token service " + origin + ", which cannot receive callers' credentials because it would"
                    + " get them in plain text. Have the registry name an https address.";
        }
        if (origin.equals(registry) || isNamed(origin, request.hosts())) {
            return "names a token service at " + origin + " whose path or query is not canonical or too long. Have the"
                    + " registry name another address.";
        }
        String entry = origin.port() == PORT_OF_HTTPS ? host(origin) : host(origin) + ":" + origin.port();
        return "names the token service " + origin + ", which may not receive callers' credentials. If it may, add \""
                + entry + "\" to token_hosts of the backend; this entry permits port " + origin.port() + " only.";
    }

    /** @throws IllegalArgumentException if the target is not canonical, or is too long */
    private static Target target(URI realm, BearerChallenge challenge) {
        String path = realm.getRawPath().isEmpty() ? "/" : realm.getRawPath();
        String query = Stream.of(
                        Optional.ofNullable(realm.getRawQuery()).orElse(""),
                        parameter("service", challenge.service()),
                        parameter("scope", challenge.scope()))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("&"));
        if (path.length() + query.length() >= Target.MOST_CHARACTERS) {
            throw new IllegalArgumentException("the address of the token service is too long");
        }
        return new Target(path, query.isEmpty() ? Optional.empty() : Optional.of(query));
    }

    private static String parameter(String name, String value) {
        return value.isEmpty() ? "" : name + "=" + Target.encodeParameter(value);
    }
}
