package io.artifactvault.backend.huggingface.route;

/**
 * A repository of the Hub.
 *
 * @param type the plural of the API: models, datasets, spaces, kernels
 * @param id {@code name} or {@code namespace/name}, as percent-encoded in the request
 * @param spelling the id that the caller used; not part of the repository's identity
 */
public record Repository(String type, String id, String spelling) {
    public Repository(String type, String id) {
        this(type, id, id);
    }

    /** The path prefix of its files; empty for models. */
    public String filePrefix() {
        return type.equals("models") ? "" : type + "/";
    }

    /** The repository without the {@code .git} that git-lfs appends to its name. */
    Repository withoutGit() {
        return id.endsWith(".git") ? new Repository(type, id.substring(0, id.length() - 4)) : this;
    }

    public Repository requestedAs(Repository requested) {
        return new Repository(type, id, requested.spelling);
    }

    /** The repository's name in sentences: callers read only the name that they sent. */
    public String title() {
        return filePrefix() + spelling;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Repository repository && type.equals(repository.type) && id.equals(repository.id);
    }

    @Override
    public int hashCode() {
        return 31 * type.hashCode() + id.hashCode();
    }

    @Override
    public String toString() {
        return filePrefix() + id;
    }
}
