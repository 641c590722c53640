package io.artifactvault.proofs;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Random;
import java.util.Set;

/** What befalls a stored file while nobody looks. */
enum Damage {
    FLIP(true) {
        @Override
        void befall(Path blob, Path other, Random random) throws IOException {
            try (RandomAccessFile file = new RandomAccessFile(blob.toFile(), "rw")) {
                long at = random.nextLong(file.length());
                file.seek(at);
                int value = file.read();
                file.seek(at);
                file.write(value ^ (1 << random.nextInt(8)));
            }
        }
    },
    ZEROED_BLOCK(true) {
        @Override
        void befall(Path blob, Path other, Random random) throws IOException {
            try (RandomAccessFile file = new RandomAccessFile(blob.toFile(), "rw")) {
                file.seek(random.nextLong(file.length() / 4096) * 4096);
                file.write(new byte[4096]);
            }
        }
    },
    TRUNCATED(true) {
        @Override
        void befall(Path blob, Path other, Random random) throws IOException {
            try (RandomAccessFile file = new RandomAccessFile(blob.toFile(), "rw")) {
                file.setLength(file.length() - 1 - random.nextLong(file.length() / 10));
            }
        }
    },
    GROWN(true) {
        @Override
        void befall(Path blob, Path other, Random random) throws IOException {
            try (RandomAccessFile file = new RandomAccessFile(blob.toFile(), "rw")) {
                file.seek(file.length());
                file.write(new byte[1 + random.nextInt(10_000)]);
            }
        }
    },
    EMPTIED(false) {
        @Override
        void befall(Path blob, Path other, Random random) throws IOException {
            Files.write(blob, new byte[0]);
        }
    },
    JUNK(false) {
        @Override
        void befall(Path blob, Path other, Random random) throws IOException {
            byte[] junk = new byte[Math.toIntExact(Files.size(blob))];
            random.nextBytes(junk);
            Files.write(blob, junk);
        }
    },
    SWAPPED(false) {
        @Override
        void befall(Path blob, Path other, Random random) throws IOException {
            Path aside = blob.resolveSibling("aside");
            Files.move(blob, aside);
            Files.move(other, blob);
            Files.move(aside, other);
        }
    },
    DELETED(false) {
        @Override
        void befall(Path blob, Path other, Random random) throws IOException {
            Files.delete(blob);
        }
    },
    A_FOLDER(false) {
        @Override
        void befall(Path blob, Path other, Random random) throws IOException {
            Files.delete(blob);
            Files.createDirectory(blob);
        }
    },
    A_LINK(false) {
        @Override
        void befall(Path blob, Path other, Random random) throws IOException {
            Files.delete(blob);
            Files.createSymbolicLink(blob, other);
        }
    },
    /** Root reads it all the same. */
    UNREADABLE(false) {
        @Override
        void befall(Path blob, Path other, Random random) throws IOException {
            Files.setPosixFilePermissions(blob, Set.of());
        }
    },
    /** Its row in the index leads to the other's content. */
    JUNK_ROW(false) {
        @Override
        void befall(Path blob, Path other, Random random) throws IOException {
            Path index = blob.resolveSibling("../../../index.sqlite").normalize();
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + index);
                    PreparedStatement update =
                            connection.prepareStatement("UPDATE entry SET blob = ? WHERE blob = ?")) {
                update.setString(1, "sha256:" + other.getFileName());
                update.setString(2, "sha256:" + blob.getFileName());
                if (update.executeUpdate() == 0) {
                    throw new IOException("The index has no entry with the blob " + blob.getFileName());
                }
            } catch (SQLException e) {
                throw new IOException(e);
            }
        }
    };

    private final boolean local;

    Damage(boolean local) {
        this.local = local;
    }

    /** Whether most of the file is still good. */
    boolean isLocal() {
        return local;
    }

    /** @param other another stored file, of the same size */
    abstract void befall(Path blob, Path other, Random random) throws IOException;
}
