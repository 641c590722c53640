package io.artifactvault.store.index;

/** A row does not match its checksum; it is dropped as if it had never existed. */
public final class DamagedRowException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DamagedRowException(String message) {
        super(message);
    }
}
