package io.artifactvault.app;

import io.artifactvault.testhub.HubFile;
import io.artifactvault.testhub.HubRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes folders as huggingface_hub leaves them. */
public record LocalHubCache(Path root) {
    /** With links into blobs, as on Linux and macOS. */
    public Path linked(HubRepository repository) throws IOException {
        return fill(repository, true);
    }

    /** With copies, as on Windows without the right to link. */
    public Path copied(HubRepository repository) throws IOException {
        return fill(repository, false);
    }

    private Path fill(HubRepository repository, boolean links) throws IOException {
        Path folder = root.resolve(repository.type() + "--" + repository.id().replace("/", "--"));
        Path blobs = Files.createDirectories(folder.resolve("blobs"));
        Path snapshot = folder.resolve("snapshots").resolve(repository.sha());
        for (Map.Entry<String, HubFile> file : repository.head().files().entrySet()) {
            Path target = snapshot.resolve(file.getKey());
            Files.createDirectories(target.getParent());
            byte[] bytes = file.getValue().content().bytes();
            if (links) {
                Path blob = Files.write(blobs.resolve(file.getValue().identity()), bytes);
                Path parent = Optional.ofNullable(target.getParent()).orElse(snapshot);
                Files.createSymbolicLink(target, parent.relativize(blob));
            } else {
                Files.write(target, bytes);
            }
        }
        Files.createDirectories(folder.resolve("refs"));
        Files.writeString(folder.resolve("refs/main"), repository.sha());
        return folder;
    }

    /** The list of files that huggingface_hub notes since 1.22. */
    public void note(Path folder, HubRepository repository) throws IOException {
        String files = repository.head().files().entrySet().stream()
                .map(file -> "\"%s\":{\"size\":%d,\"blob_id\":\"%s\"%s}"
                        .formatted(
                                file.getKey(),
                                file.getValue().content().length(),
                                file.getValue().blobId(),
                                file.getValue().isLarge()
                                        ? ",\"lfs_sha256\":\"" + file.getValue().identity() + "\",\"lfs_size\":1"
                                        : ""))
                .collect(Collectors.joining(","));
        Files.createDirectories(folder.resolve("trees"));
        Files.writeString(
                folder.resolve("trees/" + repository.sha() + ".json"),
                "{\"format_version\":1,\"files\":{" + files + "}}");
    }
}
