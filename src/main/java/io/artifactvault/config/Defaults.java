package io.artifactvault.config;

import io.artifactvault.admin.AdminSettings;
import io.artifactvault.cache.request.CacheSettings;
import io.artifactvault.origin.OriginSettings;
import io.artifactvault.server.ServerSettings;
import io.artifactvault.store.StoreSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Defaults of settings that the file does not give, except those of backends, whose types define them;
 * {@code config-sample.yml} is tested against it.
 */
final class Defaults {
    static final ServerSettings SERVER = new ServerSettings(
            "0.0.0.0", 8080, Optional.empty(), Duration.ofSeconds(60), Duration.ofSeconds(30), 64 << 10);

    static final AdminSettings ADMIN = new AdminSettings("127.0.0.1", 8081, Optional.empty());

    static final StoreSettings STORE = StoreSettings.of(Path.of("./cache"), 500L << 30, 64L << 20, 512);

    static final CacheSettings CACHE = CacheSettings.defaults();

    static final OriginSettings ORIGIN = OriginSettings.defaults();

    private Defaults() {}
}
