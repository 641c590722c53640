package io.artifactvault.backend;

import java.io.IOException;

/**
 * A resource from which content was to be made has changed since the request was resolved. The engine resolves the
 * request again.
 */
public final class SourceChangedException extends IOException {
    private static final long serialVersionUID = 1;

    /** @param message a clause for clients, who receive it if this happens again and again */
    public SourceChangedException(String message) {
        super(message);
    }
}
