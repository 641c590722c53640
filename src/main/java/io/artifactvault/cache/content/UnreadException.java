package io.artifactvault.cache.content;

import java.io.IOException;

/** No reader is left for a body that goes on for nobody else. */
public final class UnreadException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadException(String why) {
        super(why);
    }
}
