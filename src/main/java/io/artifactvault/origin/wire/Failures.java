package io.artifactvault.origin.wire;

import io.artifactvault.origin.Cancellation;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Creates the failures of one origin, with their messages.
 *
 * @param subject host and port, as in a Host field
 * @param closing whether the vault itself is closing connections
 * @param cancellation of the requesting task
 */
record Failures(String subject, BooleanSupplier closing, Cancellation cancellation) {
    OriginException of(OriginFailure failure, @Nullable Throwable cause) {
        boolean ours = closing.getAsBoolean()
                && (failure == OriginFailure.RESET_BEFORE_HEAD || failure == OriginFailure.BODY_CUT);
        OriginFailure reported = cancellation.reason().orElse(ours ? OriginFailure.INTERRUPTED : failure);
        return cause == null ? new OriginException(reported, subject) : new OriginException(reported, subject, cause);
    }
}
