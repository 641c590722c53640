package io.artifactvault.cache.upstream;

import io.artifactvault.backend.TokenRequest;
import io.artifactvault.http.BearerChallenge;
import io.artifactvault.http.OriginId;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Where to request a token, and whether that host may receive a caller's credential. Pure. */
final class TokenRealm {
    private TokenRealm() {}

    /**
     * The URL to request, with service and scope; empty if the registry names none that is permitted.
     *
     * @param registry the origin that sent the challenge
     */
    static Optional<URI> address(TokenRequest request, OriginId registry) {
        try {
            URI realm = new URI(request.challenge().realm());
            OriginId origin = OriginId.of(realm);
            boolean safe = origin.isTls() || !registry.isTls();
            boolean permitted =
                    origin.host().equals(registry.host()) || request.hosts().contains(origin.host());
            return safe && permitted && realm.getRawFragment() == null
                    ? Optional.of(URI.create(realm + question(realm, request.challenge())))
                    : Optional.empty();
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The origin of a realm, for the log. */
    static String shown(String realm) {
        try {
            return OriginId.of(new URI(realm)).toString();
        } catch (URISyntaxException | IllegalArgumentException e) {
            return "(not an http URL)";
        }
    }

    private static String question(URI realm, BearerChallenge challenge) {
        String joined = realm.getRawQuery() == null ? "?" : "&";
        String service = challenge.service().isEmpty() ? "" : "service=" + encoded(challenge.service());
        String scope = challenge.scope().isEmpty() ? "" : "scope=" + encoded(challenge.scope());
        String both = service.isEmpty() || scope.isEmpty() ? service + scope : service + "&" + scope;
        return both.isEmpty() ? "" : joined + both;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
