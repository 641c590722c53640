package io.artifactvault.backend.huggingface;

/**
 * A repository of the Hub, by the spelling of the request.
 *
 * @param type the plural of the API: models, datasets, spaces, kernels
 * @param id {@code name} or {@code namespace/name}, as percent-encoded in the request
 */
record Repository(String type, String id) {
    /** The path prefix of its files: models have none. */
    String filePrefix() {
        return type.equals("models") ? "" : type + "/";
    }

    /** git puts {@code .git} behind the name when it asks for large files. */
    Repository withoutGit() {
        return id.endsWith(".git") ? new Repository(type, id.substring(0, id.length() - 4)) : this;
    }

    @Override
    public String toString() {
        return filePrefix() + id;
    }
}
