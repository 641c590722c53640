package io.artifactvault.proofs.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a folder takes, while files come and go. */
final class DiskUse {
    private DiskUse() {}

    static long of(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.find(folder, Integer.MAX_VALUE, (_, attributes) -> attributes.isRegularFile())) {
            files = all.toList();
        }
        long sum = 0;
        for (Path file : files) {
            sum += size(file);
        }
        return sum;
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }
}
