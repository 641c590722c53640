package io.artifactvault.origin;

import java.net.URI;
import java.util.List;

/**
 * What a request is for, as far as the origin room must know to spend limits well. Travels along redirects.
 *
 * @param backend whose limits on connections and bandwidth it counts against; empty for nobody's
 * @param budget which of the origin's rate limits it probably spends, in the backend's words; learnt from answers
 * @param urgent whether a client waits for it; if not, what is stored will do, and it gives way when a limit is short
 * @param verified whether its bytes are checked against a known digest, so that it does not matter who sends them
 * @param oneService whether one service stands behind all of the origin's paths, so that a gateway's error (502, 503, 504) for
 *     several of them speaks of all
 * @param subject what unrelated paths differ in, such as a repository; empty for the first segment of the path
 * @param mirrors where else the same can be had, in order; asked only when {@code verified}, and without the credential
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

    /** Whether somebody else may be asked when the first does not deliver. */
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

    /** The same on the vault's own account. */
    public Purpose ofVault() {
        return new Purpose("", "", true, false, oneService, subject, List.of());
    }

    /** What unrelated paths of an origin differ in. */
    public String subjectOf(URI uri) {
        if (!subject.isEmpty()) {
            return subject;
        }
        String path = uri.getRawPath();
        int end = path.indexOf('/', 1);
        return end < 0 ? path : path.substring(0, end);
    }
}
