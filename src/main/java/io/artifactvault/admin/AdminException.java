package io.artifactvault.admin;

/** A call of the admin API that is refused; the message is a sentence for the caller. */
final class AdminException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    AdminException(int status, String sentence) {
        super(sentence);
        this.status = status;
    }

    int status() {
        return status;
    }

    String sentence() {
        return String.valueOf(getMessage());
    }
}
