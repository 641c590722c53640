package io.artifactvault.origin;

import java.net.URI;
import java.util.List;

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
 */
public record Purpose(
        String backend,
        String budget,
        boolean urgent,
        boolean verified,
        boolean oneService,
        String subject,
        List<URI> mirrors) {
    static final Purpose UNKNOWN = new Purpose("", "", true, false, true, "", List.of());

    /** Whether an alternative source may be used when the origin fails. */
    public boolean hasAlternatives() {
        return verified && !mirrors.isEmpty();
    }

    Purpose asked(boolean urgently) {
        return new Purpose(backend, budget, urgently, verified, oneService, subject, mirrors);
    }

    Purpose checked() {
        return new Purpose(backend, budget, urgent, true, oneService, subject, mirrors);
    }

    Purpose of(String owner, String spends, boolean single, String about, List<URI> alternatives) {
        return new Purpose(owner, spends, urgent, verified, single, about, alternatives);
    }

    /** A copy for a request of the vault itself. */
    public Purpose ofVault() {
        return new Purpose("", "", true, false, oneService, subject, List.of());
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
