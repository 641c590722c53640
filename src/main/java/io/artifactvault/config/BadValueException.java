package io.artifactvault.config;

/**
 * A value's text is not valid for its setting. The message continues a sentence that begins with the setting's name:
 * "must be …".
 */
final class BadValueException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean repeatable;

    private BadValueException(String message, boolean repeatable) {
        super(message);
        this.repeatable = repeatable;
    }

    static BadValueException of(String message) {
        return new BadValueException(message, true);
    }

    /** An error whose value may contain a secret, so that messages must not show it. */
    static BadValueException secret(String message) {
        return new BadValueException(message, false);
    }

    /** Whether a message may show the value. */
    boolean isRepeatable() {
        return repeatable;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
