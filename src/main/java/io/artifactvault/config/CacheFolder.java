package io.artifactvault.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Checks whether a folder can hold the cache; creates nothing. */
final class CacheFolder {
    private static final Set<String> OF_KERNEL = Set.of("proc", "sysfs", "cgroup", "cgroup2", "debugfs", "securityfs");

    private CacheFolder() {}

    /** What is wrong with the folder, as the continuation of a sentence that begins with the setting's name. */
    static Optional<String> problem(Path dir) {
        Path folder = dir.toAbsolutePath().normalize();
        Optional<String> kernel = ofKernel(nearestExisting(folder));
        if (kernel.isPresent()) {
            return Optional.of("is in a kernel file system (" + kernel.get() + "), which stores no files;"
                    + " choose another folder");
        }
        if (Files.exists(folder)) {
            return troubleWithin(folder);
        }
        Path parent = nearestExisting(folder);
        if (!Files.isDirectory(parent)) {
            return Optional.of("is below " + parent + ", which is not a folder; choose another folder");
        }
        return Files.isWritable(parent) && Files.isExecutable(parent)
                ? Optional.empty()
                : Optional.of(
                        "cannot be created: " + parent + " is not writable; make it writable or choose another folder");
    }

    private static Optional<String> troubleWithin(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Optional.of("is not a folder; choose another folder, or move the file " + folder + " away");
        }
        if (!Files.isReadable(folder) || !Files.isExecutable(folder)) {
            return Optional.of("is not readable; give this user read permission for " + folder);
        }
        return Files.isWritable(folder)
                ? Optional.empty()
                : Optional.of("is not writable; give this user write permission for " + folder);
    }

    /**
     * The type of the file system, if it is one of the kernel's, such as /proc, in which the superuser seems to have
     * all rights but cannot create files.
     */
    private static Optional<String> ofKernel(Path existing) {
        try {
            return Optional.of(Files.getFileStore(existing).type()).filter(OF_KERNEL::contains);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Path nearestExisting(Path folder) {
        Path at = folder;
        while (!Files.exists(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return at;
    }
}
