package io.artifactvault.store.blob;

import io.artifactvault.store.disk.LocalDisk;
import io.artifactvault.store.disk.VaultLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a cache folder keeps for resumption, as its notes say. */
public final class PartialsKept {
    private PartialsKept() {}

    /** Bytes that a later fill need not fetch. */
    public static long bytes(Path cache) throws IOException {
        VaultLayout layout = new VaultLayout(cache);
        List<Path> files;
        try (Stream<Path> list = Files.list(layout.partial())) {
            files = list.toList();
        }
        long sum = 0;
        for (Path file : files) {
            sum += file.toString().endsWith(".extents")
                    ? PartialManifest.read(new LocalDisk(), file)
                            .map(note -> note.extents().size())
                            .orElse(0L)
                    : 0;
        }
        return sum;
    }
}
