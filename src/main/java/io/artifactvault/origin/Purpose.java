package io.artifactvault.origin;

import io.artifactvault.http.Credential;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The properties of a request by which the origin package applies limits and mirrors. Redirects keep them.
 *
 * @param backend the backend whose limits on connections and bandwidth apply; empty for none
 * @param budget the backend's name for the rate limit of the origin against which the request probably counts
 * @param urgent whether a client waits for it; if not, a stored response suffices, and the request yields when a limit
 *     is nearly spent
 * @param verified whether its bytes are verified against a known digest, so that any server may send them
 * @param oneService whether one service serves all of the origin's paths, so that a gateway error (502, 503, 504) for
 *     several of them indicates a failure of all
 * @param subject the part of the path by which failures are counted, such as a repository; empty for the first segment
 * @param mirrors alternative sources of the same content, in order; used only when {@code verified}, and without the
 *     credential
 * @param holder a hash of the credential against which the origin counts its limits, if the request carries a token that
 *     was issued for it; else empty
 */
public record Purpose(
        String backend,
        String budget,
        boolean urgent,
        boolean verified,
        boolean oneService,
        String subject,
        List<URI> mirrors,
        OptionalInt holder) {
    static final Purpose UNKNOWN = new Purpose("", "", true, false, true, "", List.of(), OptionalInt.empty());

    /** Whether an alternative source may be used when the origin fails. */
    public boolean hasAlternatives() {
        return verified && !mirrors.isEmpty();
    }

    Purpose asked(boolean urgently) {
        return new Purpose(backend, budget, urgently, verified, oneService, subject, mirrors, holder);
    }

    Purpose checked() {
        return new Purpose(backend, budget, urgent, true, oneService, subject, mirrors, holder);
    }

    Purpose of(String owner, String spends, boolean single, String about, List<URI> alternatives) {
        return new Purpose(owner, spends, urgent, verified, single, about, alternatives, holder);
    }

    /** A copy for a request that carries a token issued for that credential, or for none. */
    Purpose withTokenOf(Optional<Credential> holding) {
        OptionalInt hash = OptionalInt.of(holding.map(Object::hashCode).orElse(0));
        return new Purpose(backend, budget, urgent, verified, oneService, subject, mirrors, hash);
    }

    /** A copy for a request of the vault itself. */
    public Purpose ofVault() {
        return new Purpose("", "", true, false, oneService, subject, List.of(), holder);
    }

    /** The part of the path by which failures are counted; paths with different parts count as unrelated. */
    public String subjectOf(URI uri) {
        if (!subject.isEmpty()) {
            return subject;
        }
        String path = uri.getRawPath();
        int end = path.indexOf('/', 1);
        return end < 0 ? path : path.substring(0, end);
    }
}
