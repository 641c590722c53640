package io.artifactvault.config;

import io.artifactvault.admin.AdminSettings;
import io.artifactvault.backend.CorsOrigins;
import io.artifactvault.backend.SourceSettings;
import io.artifactvault.backend.generic.GenericSettings;
import io.artifactvault.backend.huggingface.HuggingFaceSettings;
import io.artifactvault.cache.CacheSettings;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.origin.OriginSettings;
import io.artifactvault.server.ServerSettings;
import io.artifactvault.store.StoreSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What holds where the file says nothing. The only place that knows; {@code config-sample.yml} is tested against it. */
final class Defaults {
    static final ServerSettings SERVER = new ServerSettings(
            "0.0.0.0", 8080, Optional.empty(), Duration.ofSeconds(60), Duration.ofSeconds(30), 64 << 10);

    static final AdminSettings ADMIN = new AdminSettings("127.0.0.1", 8081, Optional.empty());

    static final StoreSettings STORE = StoreSettings.of(Path.of("./cache"), 500L << 30, 64L << 20, 512);

    static final CacheSettings CACHE = CacheSettings.defaults();

    static final OriginSettings ORIGIN = OriginSettings.defaults();

    static final HuggingFaceSettings HUGGING_FACE = new HuggingFaceSettings(
            "huggingface",
            "/huggingface/",
            List.of(),
            URI.create("https://huggingface.co"),
            Optional.empty(),
            Optional.empty(),
            false,
            Duration.ofSeconds(60),
            5,
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofSeconds(300),
            Duration.ofHours(1),
            PrivateTargets.NONE,
            SourceSettings.UNLIMITED,
            CorsOrigins.any());

    /** Its base_url is an example: one must be given. */
    static final GenericSettings HTTP = new GenericSettings(
            "http",
            "/http/",
            List.of(),
            URI.create("https://files.example.com"),
            Duration.ofSeconds(60),
            new GenericSettings.Redirects(false, 5, PrivateTargets.NONE, false),
            Optional.empty(),
            Duration.ofSeconds(30),
            Duration.ofDays(1),
            GenericSettings.Edit.NONE,
            GenericSettings.Edit.NONE,
            Set.of(),
            SourceSettings.UNLIMITED);

    private Defaults() {}
}
