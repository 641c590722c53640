package io.artifactvault.snapshot;

/** A snapshot is not available, or its state cannot be determined; the message is a sentence for the operator. */
public final class SnapshotException extends Exception {
    private static final long serialVersionUID = 1L;

    SnapshotException(String message) {
        super(message);
    }

    String sentence() {
        return String.valueOf(getMessage());
    }
}
