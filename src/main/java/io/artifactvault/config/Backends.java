package io.artifactvault.config;

import static java.util.Objects.requireNonNull;

import io.artifactvault.backend.BackendSettings;
import io.artifactvault.backend.CorsOrigins;
import io.artifactvault.backend.SourceSettings;
import io.artifactvault.backend.generic.GenericSettings;
import io.artifactvault.backend.huggingface.HuggingFaceSettings;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads the list of backends and keeps them apart. */
final class Backends {
    /** The types of backends: what each is called in the file, and how its settings are read. */
    private static final Map<String, Type> TYPES =
            new TreeMap<>(Map.of("huggingface", Backends::huggingFace, "http", Backends::http));

    private static final int MOST_REDIRECTS = 20;
    private static final String PRIVATE_REDIRECTS = "allow_private_redirects";

    private Backends() {}

    /** Reads what {@code config} holds of one type. */
    @FunctionalInterface
    private interface Type {
        BackendSettings read(String name, Section config) throws ConfigException;
    }

    static List<BackendSettings> read(List<Section> sections) throws ConfigException {
        List<BackendSettings> backends = new ArrayList<>();
        List<Section> configs = new ArrayList<>();
        for (Section section : sections) {
            String typeName = section.required("type", Backends::type);
            String name = section.value("name", typeName, Values::name);
            Section config = section.section("config");
            BackendSettings backend = backend(section, requireNonNull(TYPES.get(typeName)), name, config);
            for (int i = 0; i < backends.size(); i++) {
                refuseSameName(section, backend, backends.get(i));
                refuseOverlap(config, backend, configs.get(i), backends.get(i));
            }
            backends.add(backend);
            configs.add(config);
        }
        return List.copyOf(backends);
    }

    /** What is unknown beside {@code config} is refused first: it may be why something is missing within. */
    private static BackendSettings backend(Section section, Type type, String name, Section config)
            throws ConfigException {
        try {
            BackendSettings backend = type.read(name, config);
            refuseStrays(section, config);
            return backend;
        } catch (ConfigException e) {
            refuseStrays(section, config);
            throw e;
        }
    }

    private static void refuseStrays(Section section, Section config) throws ConfigException {
        section.refuseMisplaced(config);
        section.refuseUnknown();
    }

    private static HuggingFaceSettings huggingFace(String name, Section config) throws ConfigException {
        HuggingFaceSettings defaults = Defaults.HUGGING_FACE;
        HuggingFaceSettings settings = new HuggingFaceSettings(
                name,
                config.value("prefix", defaults.prefix(), Values::prefix),
                config.values("hosts", Values::virtualHost),
                config.value("base_url", defaults.baseUrl(), Values::url),
                config.optional("datasets_server_url", Values::url),
                config.optional("token", Values::token),
                config.value("token_for_anonymous", defaults.tokenForAnonymous(), Values::truth),
                config.value("timeout", defaults.timeout(), Quantities::wait),
                config.value("max_redirects", defaults.maxRedirects(), t -> Quantities.integer(t, 0, MOST_REDIRECTS)),
                config.value("metadata_ttl", defaults.metadataTtl(), Quantities::duration),
                config.value("negative_ttl", defaults.negativeTtl(), Quantities::duration),
                config.value("access_ttl", defaults.accessTtl(), Quantities::duration),
                config.value("link_ttl", defaults.linkTtl(), Quantities::duration),
                privateTargets(config, defaults.privateRedirects()),
                source(config),
                CorsOrigins.of(config.values(
                        "cors_origins", List.copyOf(defaults.corsOrigins().origins()), Values::corsOrigin)));
        config.refuseUnknown();
        return settings;
    }

    private static GenericSettings http(String name, Section config) throws ConfigException {
        GenericSettings defaults = Defaults.HTTP;
        Section request = config.section("request_headers");
        Section response = config.section("response_headers");
        GenericSettings settings = new GenericSettings(
                name,
                config.value("prefix", "/" + name + "/", Values::prefix),
                config.values("hosts", Values::virtualHost),
                config.required("base_url", Values::url),
                config.value("timeout", defaults.timeout(), Quantities::wait),
                redirects(config, defaults.redirects()),
                config.optional("default_ttl", Quantities::duration),
                config.value("negative_ttl", defaults.negativeTtl(), Quantities::duration),
                config.value("stale_if_error", defaults.staleIfError(), Quantities::duration),
                edit(request, Set.copyOf(request.values("allow", Values::fieldName)), Values::requestField),
                edit(response, Set.of(), Values::field),
                Set.copyOf(config.values("methods", Values::method)),
                source(config, List.of()));
        config.refuseUnknown();
        return settings;
    }

    private static GenericSettings.Redirects redirects(Section config, GenericSettings.Redirects defaults)
            throws ConfigException {
        return new GenericSettings.Redirects(
                config.value("follow_redirects", defaults.follow(), Values::truth),
                config.value("max_redirects", defaults.most(), t -> Quantities.integer(t, 0, MOST_REDIRECTS)),
                privateTargets(config, defaults.privateTargets()),
                config.value("rewrite_locations", defaults.rewrite(), Values::truth));
    }

    private static PrivateTargets privateTargets(Section config, PrivateTargets usual) throws ConfigException {
        return config.isList(PRIVATE_REDIRECTS)
                ? new PrivateTargets(false, config.values(PRIVATE_REDIRECTS, Values::privateTarget))
                : config.value(PRIVATE_REDIRECTS, usual, Values::privateTargets);
    }

    private static GenericSettings.Edit edit(Section section, Set<String> allowed, Section.Parser<Fields> field)
            throws ConfigException {
        Fields.Builder added = Fields.builder();
        section.values("add", field).forEach(added::addAll);
        GenericSettings.Edit edit = new GenericSettings.Edit(
                allowed, Set.copyOf(section.values("remove", Values::fieldName)), added.build());
        section.refuseUnknown();
        return edit;
    }

    /** Mirrors as well, for types whose content has digests. */
    private static SourceSettings source(Section config) throws ConfigException {
        return source(config, config.values("mirrors", Values::url));
    }

    private static SourceSettings source(Section config, List<URI> mirrors) throws ConfigException {
        SourceSettings defaults = SourceSettings.UNLIMITED;
        return new SourceSettings(
                mirrors,
                config.value("max_connections", defaults.maxConnections(), t -> Quantities.integer(t, 0, 100_000)),
                config.value("max_bandwidth", defaults.maxBandwidth(), Quantities::size),
                config.value("passing_stall_timeout", defaults.passingStall(), Quantities::duration));
    }

    private static String type(String text) throws BadValueException {
        if (TYPES.containsKey(text)) {
            return text;
        }
        String remedy = Spelling.nearest(text, TYPES.keySet())
                .map(type -> "; did you mean \"" + type + "\"?")
                .orElse("; known: " + String.join(", ", TYPES.keySet()));
        throw BadValueException.secret("names no known type of backend, " + Source.shown(text) + remedy);
    }

    private static void refuseSameName(Section section, BackendSettings backend, BackendSettings earlier)
            throws ConfigException {
        if (backend.name().equals(earlier.name())) {
            throw section.wrong(
                    "name",
                    Source.shown(backend.name()) + " is taken by an earlier backend; give each a name of its own");
        }
    }

    /** Where both would answer: the longer prefix goes first, so only the root may hold another. */
    private static void refuseOverlap(
            Section config, BackendSettings backend, Section earlierConfig, BackendSettings earlier)
            throws ConfigException {
        if (meet(backend.hosts(), earlier.hosts()) && overlap(backend.prefix(), earlier.prefix())) {
            throw config.wrong(
                    "prefix",
                    Source.shown(backend.prefix()) + " overlaps " + Source.shown(earlier.prefix()) + " of backend "
                            + Source.shown(earlier.name()) + " in line " + earlierConfig.lineOf("prefix")
                            + "; give each a prefix of its own, or hosts of its own");
        }
    }

    private static boolean meet(List<String> hosts, List<String> others) {
        return hosts.isEmpty() ? others.isEmpty() : hosts.stream().anyMatch(others::contains);
    }

    private static boolean overlap(String prefix, String other) {
        boolean within = prefix.startsWith(other) || other.startsWith(prefix);
        boolean rootBehindIt = prefix.equals("/") != other.equals("/");
        return within && !rootBehindIt;
    }
}
