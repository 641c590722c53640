package io.artifactvault.backend;

/**
 * A repository at a revision, in plain text without any encoding.
 *
 * @param type the kind of repository, in the ecosystem's term: {@code models}
 * @param repository {@code acme/tiny}
 * @param revision a branch, a tag or a commit
 */
public record SnapshotName(String type, String repository, String revision) {
    public SnapshotName at(String commit) {
        return new SnapshotName(type, repository, commit);
    }

    /** Type and repository, such as {@code models/acme/tiny}. */
    public String place() {
        return type + "/" + repository;
    }

    @Override
    public String toString() {
        return place() + "@" + revision;
    }
}
