package io.artifactvault.store.index;

/** A row does not say what was once written; it is dropped as if it had never been. */
public final class DamagedRowException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DamagedRowException(String message) {
        super(message);
    }
}
