package io.artifactvault.backend.oci;

/**
 * An image of a list.
 *
 * @param registry that serves it
 * @param where the list names it, for messages
 */
record Image(OciSettings registry, ImageReference reference, String where) {
    /** The path of something of its repository in this vault, below the repository's name. */
    String path(String below) {
        return registry.prefix() + repository() + below;
    }

    private RepositoryName repository() {
        return reference.name().within(registry.defaultNamespace());
    }

    /** Its name for people. */
    String title() {
        return title(reference.version());
    }

    /** The name of a manifest in its repository, for people. */
    String title(String version) {
        return reference.host() + "/" + repository()
                + (ImageReference.digest(version).isPresent() ? "@" : ":") + version;
    }
}
