package io.artifactvault.backend;

import io.artifactvault.http.BearerChallenge;
import java.util.Optional;
import java.util.Set;

/**
 * A registry's demand for a token, according to its 401. The engine fetches the token with the caller's credential,
 * from an origin that may receive that credential: the registry's own, or one that {@link #hosts} names.
 *
 * @param challenge as the registry sent it
 * @param hosts in lower case, as {@code name:port} or, at the usual port of https, {@code name}; chosen by the operator
 *     or the defaults of the backend's type, never by the registry
 */
public record TokenRequest(BearerChallenge challenge, Set<String> hosts) {
    public TokenRequest {
        hosts = Set.copyOf(hosts);
    }

    /** The demand in a 401; empty for any other response, and for a 401 without a realm. */
    public static Optional<TokenRequest> of(UpstreamAnswer answer, Set<String> hosts) {
        return answer.status() == 401
                ? BearerChallenge.of(answer.fields()).map(challenge -> new TokenRequest(challenge, hosts))
                : Optional.empty();
    }
}
