package io.artifactvault.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Values that the command line sets in place of the file.
 *
 * @param host replaces {@code server.host}
 * @param port replaces {@code server.port}
 * @param cacheDir replaces {@code cache.dir}
 */
public record Overrides(Optional<String> host, Optional<Integer> port, Optional<Path> cacheDir) {
    public static Overrides none() {
        return new Overrides(Optional.empty(), Optional.empty(), Optional.empty());
    }
}
