package io.artifactvault.proofs;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** How a disk gets into trouble and out of it again; all of it needs root. */
enum Trouble {
    /** A tmpfs of 40 MB. */
    FULL(8, 25_000_000) {
        @Override
        void prepare(Path disk) throws IOException, InterruptedException {
            Shell.run("mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", disk.toString());
        }

        @Override
        long larger() {
            return 60_000_000;
        }

        @Override
        void worsen(Path disk) throws IOException {
            try (OutputStream ballast = Files.newOutputStream(disk.resolve("ballast"))) {
                untilRefused(() -> ballast.write(new byte[4096]));
            } catch (IOException e) {
                // The last write may be refused once more when the file is closed.
            }
        }

        @Override
        void heal(Path disk) throws IOException, InterruptedException {
            Shell.run("mount", "-o", "remount,size=1g", disk.toString());
        }
    },
    /** A tmpfs of 60 files and folders. */
    NO_INODES(200, 1_000_000) {
        @Override
        void prepare(Path disk) throws IOException, InterruptedException {
            Shell.run("mount", "-t", "tmpfs", "-o", "size=1g,nr_inodes=60", "tmpfs", disk.toString());
        }

        @Override
        void worsen(Path disk) {
            untilRefused(() -> Files.createTempFile(disk, "ballast", ""));
        }

        @Override
        void heal(Path disk) throws IOException, InterruptedException {
            Shell.run("mount", "-o", "remount,nr_inodes=100000", disk.toString());
        }
    },
    /**
     * A read-only mount laid over the folder: a file system with files open for writing cannot be made read-only. What the
     * vault has open, its index, stays writable.
     */
    READ_ONLY(8, 25_000_000) {
        @Override
        void prepare(Path disk) throws IOException, InterruptedException {
            Shell.run("mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", disk.toString());
        }

        @Override
        void duringDownloads(Path disk) throws IOException, InterruptedException {
            Shell.run("mount", "--bind", disk.toString(), disk.toString());
            Shell.run("mount", "-o", "remount,bind,ro", disk.toString());
        }

        @Override
        void heal(Path disk) throws IOException, InterruptedException {
            Shell.run("umount", "-l", disk.toString());
        }
    };

    private static final int MOST_BALLAST = 100_000;

    private final int files;
    private final long size;

    Trouble(int files, long size) {
        this.files = files;
        this.size = size;
    }

    /** How many files clients fetch meanwhile. */
    int files() {
        return files;
    }

    /** The size of each. */
    long size() {
        return size;
    }

    /** The size of a file that is larger than the disk; 0 for none. */
    long larger() {
        return 0;
    }

    abstract void prepare(Path disk) throws IOException, InterruptedException;

    /** What happens while clients download. */
    void duringDownloads(Path disk) throws IOException, InterruptedException {}

    /** Takes what is left of the disk. */
    void worsen(Path disk) throws IOException {}

    abstract void heal(Path disk) throws IOException, InterruptedException;

    private interface Step {
        void take() throws IOException;
    }

    private static void untilRefused(Step step) {
        try {
            for (int i = 0; i < MOST_BALLAST; i++) {
                step.take();
            }
        } catch (IOException e) {
            // As it was meant to be.
        }
    }
}
