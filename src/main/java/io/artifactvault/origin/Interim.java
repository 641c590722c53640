package io.artifactvault.origin;

import io.artifactvault.http.Fields;

/**
 * Receives the interim responses (1xx other than 100, RFC 9110 §15.2) while a request waits for the final one. Bound to
 * a fill thread; called there, and must not block.
 */
@FunctionalInterface
public interface Interim {
    /** Bound by the code that forwards a client's request; without a binding, interim responses are dropped. */
    ScopedValue<Interim> LISTENER = ScopedValue.newInstance();

    void heard(int status, Fields fields);

    /** Notifies the listener, if there is one. */
    static void tell(int status, Fields fields) {
        if (LISTENER.isBound()) {
            LISTENER.get().heard(status, fields);
        }
    }
}
