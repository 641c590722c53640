package io.artifactvault.origin.redirect;

import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Decides when requests are sent to mirrors, and with which fields: only for bytes that are verified against a known
 * digest, when the origin itself fails, and never with a credential. The circuit breakers track which mirrors are
 * healthy. Pure.
 */
final class Mirrors {
    /** Failures that another host would not avoid, or that must not be bypassed. */
    private static final Set<OriginFailure> FINAL = EnumSet.of(
            OriginFailure.ABANDONED,
            OriginFailure.INTERRUPTED,
            OriginFailure.REQUEST_CUT,
            OriginFailure.ADDRESS_REFUSED,
            OriginFailure.CONNECTIONS_SPENT);

    private Mirrors() {}

    static List<OriginRequest> of(OriginRequest request) {
        return request.purpose().mirrors().stream()
                .map(uri -> RedirectChain.stripped(request.withUri(uri)))
                .toList();
    }

    static boolean areNeededFor(OriginFailure failure) {
        return !FINAL.contains(failure);
    }

    /**
     * Whether mirrors are used after this status; not after 401, 403 and 404, because they are the origin's final
     * decision about the caller or the file.
     */
    static boolean areNeededFor(int status) {
        return status == 429 || status >= 500;
    }

    /**
     * Whether a mirror's response with this status delivers the content; a redirect does if the caller stops at
     * redirects.
     */
    static boolean delivers(int status) {
        return status == 200 || status == 206 || status / 100 == 3;
    }
}
