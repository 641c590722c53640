package io.artifactvault.origin.policy;

import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.Purpose;
import java.util.EnumSet;
import java.util.Set;

/** Decides what a response or a failure shows about the health of its origin. Pure. */
final class HealthSigns {
    private static final Set<OriginFailure> OF_ORIGIN = EnumSet.of(
            OriginFailure.DNS_FAILED,
            OriginFailure.CONNECT_REFUSED,
            OriginFailure.CONNECT_TIMEOUT,
            OriginFailure.PROXY_UNREACHABLE,
            OriginFailure.PROXY_FAILED);

    private static final Set<OriginFailure> OF_PATH =
            EnumSet.of(OriginFailure.RESET_BEFORE_HEAD, OriginFailure.HEAD_TIMEOUT);

    /** Failures that the vault decides itself, or that occur before the request reaches the origin. */
    private static final Set<OriginFailure> OF_VAULT =
            EnumSet.of(OriginFailure.RATE_LIMITED, OriginFailure.RATE_SHORT, OriginFailure.CONNECTIONS_SPENT);

    private HealthSigns() {}

    /** Whether a failure concerns the whole origin rather than one path. */
    static boolean isOfOrigin(OriginFailure failure) {
        return OF_ORIGIN.contains(failure);
    }

    /** Whether a failure shows anything about the origin. */
    static boolean isConclusive(OriginFailure failure) {
        return !failure.isOurs() && !OF_VAULT.contains(failure);
    }

    /** Whether a failure indicates that the origin, or the path, does not work. */
    static boolean isFailing(OriginFailure failure) {
        return OF_ORIGIN.contains(failure) || OF_PATH.contains(failure);
    }

    /** Whether a response indicates that the path, and perhaps the whole origin, does not work. */
    static boolean isFailing(OriginResponse response, Purpose purpose) {
        int status = response.status();
        return purpose.oneService() && (status == 502 || status == 503 || status == 504);
    }
}
