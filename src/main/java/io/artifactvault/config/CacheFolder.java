package io.artifactvault.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whether the cache could live in a folder; looks only, makes nothing. */
final class CacheFolder {
    private CacheFolder() {}

    /** What is wrong with the folder, as the rest of a sentence that begins with its setting. */
    static Optional<String> trouble(Path dir) {
        Path folder = dir.toAbsolutePath().normalize();
        if (Files.exists(folder)) {
            return troubleWithin(folder);
        }
        Path parent = nearestExisting(folder);
        if (!Files.isDirectory(parent)) {
            return Optional.of("lies below " + parent + ", which is not a folder; name another");
        }
        return Files.isWritable(parent) && Files.isExecutable(parent)
                ? Optional.empty()
                : Optional.of("cannot be made: " + parent + " is not writable; make it writable or name another");
    }

    private static Optional<String> troubleWithin(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Optional.of("is not a folder; name another, or move the file " + folder + " away");
        }
        if (!Files.isReadable(folder) || !Files.isExecutable(folder)) {
            return Optional.of("is not readable; let this user read " + folder);
        }
        return Files.isWritable(folder)
                ? Optional.empty()
                : Optional.of("is not writable; let this user write to " + folder);
    }

    private static Path nearestExisting(Path folder) {
        Path at = folder;
        while (!Files.exists(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return at;
    }
}
