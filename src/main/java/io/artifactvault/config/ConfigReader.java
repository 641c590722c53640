package io.artifactvault.config;

import io.artifactvault.admin.AdminSettings;
import io.artifactvault.backend.BackendType;
import io.artifactvault.backend.ConfiguredBackend;
import io.artifactvault.cache.request.CacheSettings;
import io.artifactvault.cache.request.CredentialSettings;
import io.artifactvault.cache.request.FillSettings;
import io.artifactvault.cache.request.TokenSettings;
import io.artifactvault.origin.BreakerSettings;
import io.artifactvault.origin.CaBundle;
import io.artifactvault.origin.HedgeSettings;
import io.artifactvault.origin.MinimumRate;
import io.artifactvault.origin.NoProxy;
import io.artifactvault.origin.OriginSettings;
import io.artifactvault.origin.OutboundProxy;
import io.artifactvault.origin.OutboundSettings;
import io.artifactvault.origin.RateSettings;
import io.artifactvault.origin.RetrySettings;
import io.artifactvault.server.ConnectionSettings;
import io.artifactvault.server.ServerSettings;
import io.artifactvault.store.PartialSettings;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.disk.EvictionSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Reads the configuration file into the settings of each package; the settings are read completely or not at all.
 * Called by the command line before anything is started.
 */
public final class ConfigReader {
    /**
     * The minimum size of the cache in bytes: a smaller one cannot hold the index and a small file, and a value such as
     * 500 probably lacks its unit.
     */
    private static final long LEAST_CACHE = 1 << 20;

    private final List<BackendType<?>> types;
    private final Consumer<String> known;

    /** @param types of backends that the file may name */
    public ConfigReader(List<BackendType<?>> types) {
        this(types, _ -> {});
    }

    /** @param known receives each setting that is read, such as {@code backends[].config.prefix} */
    ConfigReader(List<BackendType<?>> types, Consumer<String> known) {
        this.types = types;
        this.known = known;
    }

    /**
     * @param environment the variables for {@code ${NAME}} in values
     * @throws ConfigException with a message for the operator: file, line, error and remedy
     */
    public VaultConfig read(Path file, Map<String, String> environment, Overrides overrides) throws ConfigException {
        YamlFile yaml = new YamlFile(file);
        Source source = new Source(yaml, new Substitution(environment), known);
        Section root = Section.of(source, "", yaml.load());
        Section serverSection = root.section("server");
        Section adminSection = root.section("admin");
        Section metricsSection = root.section("metrics");
        Section cacheSection = root.section("cache");
        Section originSection = root.section("origin");
        List<Section> backendSections = root.sections("backends");
        root.refuseUnknown();

        ServerSettings server = server(serverSection, overrides);
        AdminSettings admin = admin(adminSection, metrics(metricsSection, server), server);
        StoreSettings store = store(cacheSection, overrides);
        CacheSettings cache = cache(cacheSection);
        List<ConfiguredBackend<?>> backends = new Backends(types).read(backendSections);
        OriginSettings origin = origin(originSection, environment);
        checkFolder(cacheSection, store.dir(), overrides);
        return new VaultConfig(server, admin, store, cache, origin, backends);
    }

    private static ServerSettings server(Section section, Overrides overrides) throws ConfigException {
        ServerSettings defaults = Defaults.SERVER;
        String host = section.value("host", defaults.host(), Values::host);
        int port = section.value("port", defaults.port(), Values::port);
        ServerSettings settings = new ServerSettings(
                override("--host", overrides.host().orElse(host), Values::host),
                override("--port", Integer.toString(overrides.port().orElse(port)), Values::port),
                section.optional("public_url", Values::publicUrl),
                section.value("idle_timeout", defaults.idleTimeout(), Quantities::wait),
                section.value("drain_timeout", defaults.drainTimeout(), Quantities::duration),
                section.value("max_request_head", defaults.maxRequestHead(), ConfigReader::headSize),
                connections(section, defaults.connections()));
        section.refuseUnknown();
        return settings;
    }

    private static ConnectionSettings connections(Section section, ConnectionSettings defaults) throws ConfigException {
        return new ConnectionSettings(
                section.values("trusted_proxies", Values::proxyNetwork),
                section.optional("max_connections", t -> Quantities.integer(t, 1, 10_000_000)).stream()
                        .mapToInt(Integer::intValue)
                        .findFirst(),
                section.value(
                        "max_connections_per_client",
                        defaults.maxConnectionsPerClient(),
                        t -> Quantities.integer(t, 0, 10_000_000)),
                section.value("head_timeout", defaults.headTimeout(), Quantities::wait),
                section.value("min_body_rate", defaults.minBodyRate(), t -> Quantities.size(t, 0, 1 << 30)),
                section.value("body_timeout", defaults.bodyTimeout(), Quantities::duration),
                section.value("min_send_rate", defaults.minSendRate(), t -> Quantities.size(t, 0, 1 << 30)),
                section.value("send_timeout", defaults.sendTimeout(), Quantities::wait),
                section.optional("max_buffered_bytes", t -> Quantities.size(t, 1 << 20, 1L << 40)).stream()
                        .mapToLong(Long::longValue)
                        .findFirst(),
                section.value("max_buffered_share", defaults.maxBufferedShare(), t -> Quantities.integer(t, 1, 100)));
    }

    private static Optional<AdminSettings.Listener> metrics(Section section, ServerSettings server)
            throws ConfigException {
        String host = section.value("host", Defaults.ADMIN.host(), Values::host);
        Optional<Integer> port = section.optional("port", Values::port);
        section.refuseUnknown();
        if (port.isPresent() && port.get() != 0 && port.get() == server.port()) {
            throw section.wrong("port", port.get() + " is also the port of server; use another port");
        }
        return port.map(number -> new AdminSettings.Listener(host, number));
    }

    private static AdminSettings admin(Section section, Optional<AdminSettings.Listener> metrics, ServerSettings server)
            throws ConfigException {
        AdminSettings settings = new AdminSettings(
                section.value("host", Defaults.ADMIN.host(), Values::host),
                section.value("port", Defaults.ADMIN.port(), Values::port),
                section.optional("token", Values::token),
                metrics);
        section.refuseUnknown();
        if (settings.port() != 0 && settings.port() == server.port()) {
            throw section.wrong("port", settings.port() + " is also the port of server; use another port");
        }
        if (settings.port() != 0
                && metrics.filter(listener -> listener.port() == settings.port())
                        .isPresent()) {
            throw section.wrong("port", settings.port() + " is also the port of metrics; use another port");
        }
        return settings;
    }

    private static StoreSettings store(Section section, Overrides overrides) throws ConfigException {
        StoreSettings defaults = Defaults.STORE;
        Path dir = section.value("dir", defaults.dir(), Values::path);
        return new StoreSettings(
                overrides.cacheDir().orElse(dir),
                section.value("memory", defaults.memory(), Quantities::size),
                section.value("open_files", defaults.openFiles(), t -> Quantities.integer(t, 1, 1_000_000)),
                eviction(section, defaults.eviction()),
                new PartialSettings(
                        section.value("partial_max_size", defaults.partial().maxSize(), Quantities::size),
                        section.value("partial_max_age", defaults.partial().maxAge(), Quantities::duration)),
                section.value("verify", defaults.verify(), Values::verify),
                section.value("scrub_rate", defaults.scrubRate(), Quantities::size),
                section.value("folder_check_interval", defaults.folderCheck(), Quantities::wait));
    }

    private static EvictionSettings eviction(Section section, EvictionSettings defaults) throws ConfigException {
        EvictionSettings settings = new EvictionSettings(
                section.value("max_size", defaults.maxSize(), t -> Quantities.sizeFrom(t, LEAST_CACHE)),
                section.value("high_water", defaults.highWater(), t -> Quantities.integer(t, 1, 100)),
                section.value("low_water", defaults.lowWater(), t -> Quantities.integer(t, 1, 100)),
                bytes(section, "min_free", 0),
                section.optional("max_age_unused", Quantities::duration),
                bytes(section, "max_object_size", 0),
                bytes(section, "max_index_size", EvictionSettings.SMALLEST_INDEX));
        if (settings.lowWater() > settings.highWater()) {
            throw section.wrong(
                    "low_water",
                    settings.lowWater() + " is above high_water (" + settings.highWater() + "); use a lower value");
        }
        return settings;
    }

    private static OptionalLong bytes(Section section, String name, long least) throws ConfigException {
        return section.optional(name, text -> Quantities.size(text, least, Long.MAX_VALUE)).stream()
                .mapToLong(Long::longValue)
                .findFirst();
    }

    private static CacheSettings cache(Section section) throws ConfigException {
        CacheSettings defaults = Defaults.CACHE;
        CacheSettings settings = new CacheSettings(
                fills(section, defaults.fills()),
                section.value("stale_if_error", defaults.staleIfError(), Quantities::duration),
                section.value("stale_after", defaults.staleAfter(), Quantities::duration),
                section.value("segment_size", defaults.segmentSize(), t -> Quantities.size(t, 1 << 20, 1 << 30)),
                section.value("parallel_segments", defaults.parallelSegments(), t -> Quantities.integer(t, 1, 64)),
                section.value("read_ahead", defaults.readAhead(), Quantities::size),
                section.value("max_client_rate", defaults.maxClientRate(), t -> Quantities.integer(t, 0, 1_000_000)),
                section.value("min_revalidate_interval", defaults.minRevalidateInterval(), Quantities::duration),
                section.value("hit_for_miss_ttl", defaults.hitForMissTtl(), Quantities::duration),
                section.value("confirmed_negative_ttl", defaults.confirmedNegativeTtl(), Quantities::duration),
                credentials(section, defaults.credentials()),
                tokens(section, defaults.tokens()),
                section.value("offline", defaults.offline(), Values::truth));
        section.refuseUnknown();
        return settings;
    }

    private static CredentialSettings credentials(Section section, CredentialSettings defaults) throws ConfigException {
        return new CredentialSettings(
                section.value("token_pause", defaults.pause(), Quantities::duration),
                section.value("token_memory", defaults.memory(), t -> Quantities.size(t, 64 << 10, 1L << 40)),
                section.value("max_token_questions", defaults.maxQuestions(), t -> Quantities.integer(t, 1, 10_000)),
                section.value("max_token_rate", defaults.maxRate(), ConfigReader::perClient),
                section.value("max_token_rate_per_client", defaults.maxRatePerClient(), ConfigReader::perClient));
    }

    private static TokenSettings tokens(Section section, TokenSettings defaults) throws ConfigException {
        return new TokenSettings(
                section.value("max_registry_tokens", defaults.maxTokens(), t -> Quantities.integer(t, 2, 1_000_000)),
                section.value("registry_token_ttl", defaults.ttl(), Quantities::wait),
                section.value("max_registry_token_ttl", defaults.maxTtl(), Quantities::wait),
                section.value("registry_token_margin", defaults.margin(), Quantities::duration),
                section.value("registry_token_timeout", defaults.timeout(), Quantities::wait),
                section.value("max_registry_token_response", defaults.maxResponse(), ConfigReader::tokenSize),
                section.value("max_registry_token_size", defaults.maxSize(), ConfigReader::tokenSize));
    }

    private static int tokenSize(String text) throws BadValueException {
        return (int) Quantities.size(text, 1 << 10, 16 << 20);
    }

    private static FillSettings fills(Section section, FillSettings defaults) throws ConfigException {
        return new FillSettings(
                section.value("max_fills", defaults.maxFills(), t -> Quantities.integer(t, 1, 10_000)),
                section.value("max_fills_per_client", defaults.maxFillsPerClient(), ConfigReader::perClient),
                section.value("max_queued_fills", defaults.maxQueuedFills(), t -> Quantities.integer(t, 0, 1_000_000)),
                section.value("max_questions", defaults.maxQuestions(), t -> Quantities.integer(t, 1, 1_000_000)),
                section.value("max_questions_per_client", defaults.maxQuestionsPerClient(), ConfigReader::perClient),
                section.value("max_background", defaults.maxBackground(), t -> Quantities.integer(t, 1, 10_000)),
                section.value("max_inspections", defaults.maxInspections(), t -> Quantities.integer(t, 1, 1_000)),
                section.value("linger", defaults.linger(), Quantities::duration),
                section.value("linger_size", defaults.lingerSize(), Quantities::size),
                section.value("max_lingering", defaults.maxLingering(), t -> Quantities.integer(t, 0, 10_000)));
    }

    private static int perClient(String text) throws BadValueException {
        return Quantities.integer(text, 0, 1_000_000);
    }

    private static OriginSettings origin(Section section, Map<String, String> environment) throws ConfigException {
        OriginSettings defaults = Defaults.ORIGIN;
        OriginSettings settings = new OriginSettings(
                section.value("connect_timeout", defaults.connectTimeout(), Quantities::wait),
                defaults.headTimeout(),
                section.value("idle_timeout", defaults.idleTimeout(), Quantities::wait),
                new MinimumRate(
                        section.value("min_body_rate", defaults.minimumRate().bytesPerSecond(), Quantities::size),
                        section.value("min_body_window", defaults.minimumRate().window(), Quantities::wait)),
                section.value(
                        "max_idle_per_origin", defaults.maxIdlePerOrigin(), t -> Quantities.integer(t, 0, 10_000)),
                section.value("keep_alive", defaults.keepAlive(), Quantities::duration),
                section.value("max_connection_age", defaults.maxConnectionAge(), Quantities::duration),
                new RetrySettings(
                        section.value("retry_tries", defaults.retry().tries(), t -> Quantities.integer(t, 1, 10)),
                        section.value("retry_time", defaults.retry().time(), Quantities::duration),
                        section.value("retry_budget", defaults.retry().budget(), t -> Quantities.integer(t, 0, 100))),
                breaker(section, defaults.breaker()),
                new RateSettings(
                        section.value("rate_reserve", defaults.rate().reserve(), t -> Quantities.integer(t, 0, 100)),
                        section.value("max_rate_pause", defaults.rate().maxPause(), Quantities::duration)),
                new HedgeSettings(
                        section.value("hedge_after", defaults.hedge().headAfter(), Quantities::duration),
                        section.value("hedge_body_after", defaults.hedge().bodyAfter(), Quantities::duration),
                        section.value("hedge_budget", defaults.hedge().budget(), t -> Quantities.integer(t, 0, 100)),
                        section.value("hedge_burst", defaults.hedge().burst(), t -> Quantities.integer(t, 1, 1_000))),
                outbound(section, environment));
        section.refuseUnknown();
        return settings;
    }

    private static BreakerSettings breaker(Section section, BreakerSettings defaults) throws ConfigException {
        return new BreakerSettings(
                section.value("breaker_failures", defaults.failures(), t -> Quantities.integer(t, 1, 1_000_000)),
                section.value("breaker_paths", defaults.paths(), t -> Quantities.integer(t, 1, 100)),
                section.value("breaker_window", defaults.window(), Quantities::wait),
                section.value("breaker_pause", defaults.pause(), Quantities::wait),
                section.value("breaker_probe_timeout", defaults.probeTimeout(), Quantities::wait),
                section.value("breaker_rest", defaults.rest(), Quantities::wait),
                section.value("breaker_probed", defaults.probed(), t -> Quantities.integer(t, 0, 1000)));
    }

    private static OutboundSettings outbound(Section section, Map<String, String> environment) throws ConfigException {
        Optional<OutboundProxy> proxy = section.optional("proxy", Values::proxy);
        Optional<NoProxy> direct = section.optional("no_proxy", Values::noProxy);
        Optional<CaBundle> caBundle = section.optional("ca_bundle", Values::caBundle);
        Duration check = section.value(
                "ca_bundle_check_interval", Defaults.ORIGIN.outbound().caBundleCheck(), Quantities::wait);
        Duration delay = section.value(
                "connect_attempt_delay", Defaults.ORIGIN.outbound().attemptDelay(), Quantities::wait);
        try {
            return OutboundSettings.of(proxy, direct, caBundle, environment)
                    .withAttemptDelay(delay)
                    .withCaBundleCheck(check);
        } catch (IllegalArgumentException e) {
            throw section.wrong("proxy", "is not set, and " + e.getMessage());
        }
    }

    private static void checkFolder(Section section, Path dir, Overrides overrides) throws ConfigException {
        Optional<String> problem = CacheFolder.problem(dir);
        if (problem.isPresent()) {
            String reason = ErrorText.shown(dir.toString()) + " " + problem.get();
            throw overrides.cacheDir().isPresent()
                    ? new ConfigException("--cache-dir " + reason)
                    : section.wrong("dir", reason);
        }
    }

    private static int headSize(String text) throws BadValueException {
        return Math.toIntExact(Quantities.size(text, 1 << 10, 16 << 20));
    }

    private static <T> T override(String option, String text, Section.Parser<T> parser) throws ConfigException {
        try {
            return parser.parse(text);
        } catch (BadValueException e) {
            throw new ConfigException(option + " " + e.reason() + ", not " + ErrorText.shown(text));
        }
    }
}
