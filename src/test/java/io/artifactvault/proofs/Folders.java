package io.artifactvault.proofs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What lies in folders. */
final class Folders {
    private Folders() {}

    /** Makes the folder, or empties it. */
    static Path empty(Path folder) throws IOException {
        if (Files.exists(folder)) {
            delete(folder);
        }
        return Files.createDirectories(folder);
    }

    static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.deleteIfExists(path);
        }
    }

    /** Copies a folder with all that is in it to a place where nothing is yet. */
    static void copy(Path folder, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.toList();
        }
        for (Path path : all) {
            Files.copy(path, to.resolve(folder.relativize(path)));
        }
    }

    /** The plain files below a folder; none when it is not there. */
    static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    static long bytes(Path folder) throws IOException {
        long sum = 0;
        for (Path file : files(folder)) {
            sum += Files.size(file);
        }
        return sum;
    }

    /** What the folder takes of the disk; holes in files take nothing. */
    static long onDisk(Path folder) throws IOException, InterruptedException {
        String said = Shell.run("du", "-s", "-B1", folder.toString());
        return Long.parseLong(said.substring(0, said.indexOf('	')));
    }
}
