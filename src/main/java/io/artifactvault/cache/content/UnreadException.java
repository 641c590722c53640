package io.artifactvault.cache.content;

import java.io.IOException;

/** The body has no reader left and is not fetched for any other purpose. */
public final class UnreadException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadException(String why) {
        super(why);
    }
}
