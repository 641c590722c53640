package io.artifactvault.backend;

/**
 * A place at which clients reach a backend. One backend may have several: a host name of its own, a listener, a path.
 *
 * @param selector what a request must have, beside a path below the prefix
 * @param prefix a path with a slash at both ends
 * @param bare whether the path without the last slash belongs to it, too
 */
public record Mount(Selector selector, String prefix, boolean bare) {
    /** What selects a mount. If a request fits several mounts, the first of these decides. */
    public enum Selector {
        /** The query names the backend: {@link Backend#isNamedBy}. */
        QUERY,
        /** The Host field names the backend: {@link Backend#isNamed}. */
        HOST,
        /** The request arrived at the backend's own listener. */
        LISTENER,
        /** The path alone; the longest prefix decides. */
        PATH,
        /** As for {@link #PATH}, but any backend with {@link #PATH} and the same prefix comes first. */
        REST
    }

    public Mount(Selector selector, String prefix) {
        this(selector, prefix, false);
    }

    /** Whether the path of a target is below it. */
    public boolean contains(String path) {
        return path.startsWith(prefix)
                || (bare && path.length() == prefix.length() - 1 && prefix.startsWith(path));
    }
}
