package io.artifactvault.store;

/** A row does not say what was once written; it is dropped as if it had never been. */
final class DamagedRowException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DamagedRowException(String message) {
        super(message);
    }
}
