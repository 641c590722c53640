package io.artifactvault.app.cli;

import io.artifactvault.app.BackendTypes;
import io.artifactvault.config.ConfigException;
import io.artifactvault.config.ConfigReader;
import io.artifactvault.config.Overrides;
import io.artifactvault.store.StoreSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name a cache folder, directly or through a configuration; one of them is required. */
final class CacheFolderOptions {
    private static final long MEMORY = 16L << 20;
    private static final int OPEN_FILES = 16;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The configuration file, for the path of the cache folder.")
    private @Nullable Path file;

    @Option(names = "--cache-dir", paramLabel = "DIR", description = "The cache folder.")
    private @Nullable Path cacheDir;

    /** @throws ConfigException when there is no such folder */
    StoreSettings settings() throws ConfigException {
        return existing(file == null ? ofFolder() : configured(file, cacheDir));
    }

    private static StoreSettings existing(StoreSettings settings) throws ConfigException {
        if (!Files.isDirectory(settings.dir())) {
            throw new ConfigException("The cache folder does not exist: "
                    + settings.dir().toAbsolutePath().normalize()
                    + "; pass the folder that cache.dir names.");
        }
        return settings;
    }

    /** The size limit, if there is a configuration. */
    OptionalLong limit(StoreSettings settings) {
        return file == null
                ? OptionalLong.empty()
                : OptionalLong.of(settings.eviction().maxSize());
    }

    /** @throws ConfigException when the configuration is wrong, or there is no such folder */
    static StoreSettings settings(Path file, @Nullable Path cacheDir) throws ConfigException {
        return existing(configured(file, cacheDir));
    }

    private static StoreSettings configured(Path file, @Nullable Path cacheDir) throws ConfigException {
        Overrides overrides = new Overrides(Optional.empty(), Optional.empty(), Optional.ofNullable(cacheDir));
        return new ConfigReader(BackendTypes.ALL)
                .read(file, System.getenv(), overrides)
                .store();
    }

    private StoreSettings ofFolder() throws ConfigException {
        if (cacheDir == null) {
            throw new ConfigException("No cache folder is given; pass --config FILE or --cache-dir DIR.");
        }
        return StoreSettings.of(cacheDir, Long.MAX_VALUE, MEMORY, OPEN_FILES);
    }
}
