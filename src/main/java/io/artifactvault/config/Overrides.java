package io.artifactvault.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the command line says instead of the file.
 *
 * @param host stands for {@code server.host}
 * @param port stands for {@code server.port}
 * @param cacheDir stands for {@code cache.dir}
 */
public record Overrides(Optional<String> host, Optional<Integer> port, Optional<Path> cacheDir) {
    public static Overrides none() {
        return new Overrides(Optional.empty(), Optional.empty(), Optional.empty());
    }
}
