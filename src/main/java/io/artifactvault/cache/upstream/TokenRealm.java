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
        String host = origin.host().contains(":") ? "[" + origin.host() + "]" : origin.host();
        return byHost || hosts.contains(host + ":" + origin.port());
    }

    /** The origin of a realm, for the log. */
    static String shown(String realm) {
        try {
            return OriginId.of(new URI(realm)).toString();
        } catch (URISyntaxException | IllegalArgumentException e) {
            return "(not an http URL)";
        }
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
