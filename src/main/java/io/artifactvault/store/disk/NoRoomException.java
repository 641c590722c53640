package io.artifactvault.store.disk;

import java.io.IOException;

/**
 * The store's limits leave no room for further bytes of a fill, and eviction cannot free enough. The disk itself works.
 */
public final class NoRoomException extends IOException {
    private static final long serialVersionUID = 1L;

    public NoRoomException(String message) {
        super(message);
    }
}
