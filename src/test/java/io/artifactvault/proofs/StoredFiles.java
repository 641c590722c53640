package io.artifactvault.proofs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What lies in a cache folder as whole, judged by its bytes. */
final class StoredFiles {
    private static final int STEP = 1 << 16;

    private StoredFiles() {}

    static Path blobs(Path cache) {
        return cache.resolve("blobs");
    }

    /** The files that are not what their names say. */
    static List<Path> wrong(Path cache) throws IOException {
        List<Path> wrong = new ArrayList<>();
        for (Path file : Folders.files(blobs(cache))) {
            if (!sha256(file).equals(file.getFileName().toString())) {
                wrong.add(file);
            }
        }
        return wrong;
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[STEP];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                sha256.update(buffer, 0, count);
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
