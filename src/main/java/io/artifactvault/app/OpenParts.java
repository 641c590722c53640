package io.artifactvault.app;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a vault that must be closed, in the order in which they were made. Closes them in the reverse order, and
 * continues if one of them fails to close. Used by the composition root, on one thread, which may block.
 */
final class OpenParts implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OpenParts.class);

    /** A part that may fail to close, and its name in the log. */
    private record Part(String name, AutoCloseable object) {}

    private final Deque<Part> parts = new ArrayDeque<>();

    /** Adds and returns a part. */
    <T extends AutoCloseable> T add(String name, T object) {
        parts.push(new Part(name, object));
        return object;
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            try {
                part.object().close();
            } catch (Exception e) {
                log.warn("Could not close the {}: {}", part.name(), e.toString());
            }
        }
    }
}
