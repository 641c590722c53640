package io.artifactvault.proofs.attack;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * A response that came whole.
 *
 * @param firstByteAt when the first byte of its body came, or the end of its head if there is no body, by {@link
 *     System#nanoTime}
 * @param closes whether the vault closes the connection after it
 * @param retryAfter the seconds that Retry-After names
 */
public record Answer(int status, byte[] body, long firstByteAt, boolean closes, OptionalInt retryAfter) {
    public boolean is(byte[] expected) {
        return status == 200 && Arrays.equals(body, expected);
    }

    /** Whether it says that the vault has no room now, which a client answers by trying again. */
    public boolean isRefusal() {
        return status == 503 || status == 429;
    }
}
