package io.artifactvault.backend;

/**
 * A place at which clients reach a backend. One backend may have several: a host name of its own, a listener, a path.
 *
 * @param selector what a request must have, besides its path
 * @param prefix a path with a slash at both ends
 * @param paths which paths belong to it
 */
public record Mount(Selector selector, String prefix, Paths paths) {
    /** What selects a mount. If a request fits several mounts, the first of these decides. */
    public enum Selector {
        /** The query names the backend: {@link Backend#isNamedBy}. */
        QUERY,
        /** The Host field names the backend: {@link Backend#isNamed}. */
        HOST,
        /** The request arrived at the backend's own listener. */
        LISTENER,
        /** The path alone; the longest prefix decides, and the first backend of several with the same one. */
        PATH,
        /** Anything that no other mount contains. */
        REST
    }

    /** The paths that belong to a mount. */
    public enum Paths {
        /** The prefix, and all paths that begin with it. */
        BELOW,
        /** The same, and the prefix without its last slash. */
        BELOW_AND_BARE,
        /** The prefix alone, with or without its last slash. */
        ONLY
    }

    /** All paths below a prefix. */
    public Mount(Selector selector, String prefix) {
        this(selector, prefix, Paths.BELOW);
    }

    /** Whether the path of a target belongs to it. */
    public boolean contains(String path) {
        return switch (paths) {
            case BELOW -> path.startsWith(prefix);
            case BELOW_AND_BARE -> path.startsWith(prefix) || isBare(path);
            case ONLY -> path.equals(prefix) || isBare(path);
        };
    }

    private boolean isBare(String path) {
        return path.length() == prefix.length() - 1 && prefix.startsWith(path);
    }
}
