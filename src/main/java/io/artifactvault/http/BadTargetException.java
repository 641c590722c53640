package io.artifactvault.http;

/** A request target that is not well formed; the message is a sentence suitable for a 400 response. */
public final class BadTargetException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A failure whose message describes the error without repeating the client's input. */
    public BadTargetException(String message) {
        super(message);
    }
}
