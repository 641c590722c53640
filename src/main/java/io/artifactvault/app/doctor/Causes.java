package io.artifactvault.app.doctor;

import org.jspecify.annotations.Nullable;

/** The chain of causes of a failure. Stateless. */
final class Causes {
    private Causes() {}

    /** Whether the failure, or one that caused it, is of that type. */
    static boolean include(Throwable failure, Class<? extends Throwable> type) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
