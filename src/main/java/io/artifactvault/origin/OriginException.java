package io.artifactvault.origin;

/** An origin failed. The message is a clause fit for clients and logs: it names hosts, never queries or credentials. */
public final class OriginException extends Exception {
    private static final long serialVersionUID = 1L;

    private final OriginFailure failure;

    public OriginException(OriginFailure failure, String subject) {
        super(subject + ": " + failure.sentence());
        this.failure = failure;
    }

    public OriginException(OriginFailure failure, String subject, Throwable cause) {
        super(subject + ": " + failure.sentence(), cause);
        this.failure = failure;
    }

    public OriginFailure failure() {
        return failure;
    }
}
