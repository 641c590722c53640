package io.artifactvault.cache;

import java.io.IOException;

/** The store cannot take content now; what upstream sends can still be passed on. */
final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreException(IOException cause) {
        super(cause.toString(), cause);
    }
}
