package io.artifactvault.backend;

import io.artifactvault.http.BearerChallenge;
import java.util.Optional;
import java.util.Set;

/**
 * Where a registry says that a token is to be had, after it answered 401. The engine fetches it with the caller's credential, from a host
 * that may see that: the registry's own, one of the same registrable domain, or one of {@code hosts}.
 *
 * @param challenge as the registry gave it
 * @param hosts in lower case; the operator's choice, never the registry's
 */
public record TokenRequest(BearerChallenge challenge, Set<String> hosts) {
    public TokenRequest {
        hosts = Set.copyOf(hosts);
    }

    /** What a 401 asks for; empty for any other answer, and for one without a realm. */
    public static Optional<TokenRequest> of(UpstreamAnswer answer, Set<String> hosts) {
        return answer.status() == 401
                ? BearerChallenge.of(answer.fields()).map(challenge -> new TokenRequest(challenge, hosts))
                : Optional.empty();
    }
}
