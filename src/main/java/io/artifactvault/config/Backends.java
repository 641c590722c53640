package io.artifactvault.config;

import io.artifactvault.backend.huggingface.HuggingFaceSettings;
import java.util.ArrayList;
import java.util.List;

/** Reads the list of backends and keeps them apart. */
final class Backends {
    private static final List<String> TYPES = List.of("huggingface");
    private static final int MOST_REDIRECTS = 20;

    private Backends() {}

    static List<HuggingFaceSettings> read(List<Section> sections) throws ConfigException {
        List<HuggingFaceSettings> backends = new ArrayList<>();
        List<Section> configs = new ArrayList<>();
        for (Section section : sections) {
            String type = section.required("type", Backends::type);
            String name = section.value("name", type, Values::name);
            Section config = section.section("config");
            section.refuseUnknown();
            HuggingFaceSettings backend = huggingFace(name, config);
            for (int i = 0; i < backends.size(); i++) {
                refuseSameName(section, backend, backends.get(i));
                refuseOverlap(config, backend, configs.get(i), backends.get(i));
            }
            backends.add(backend);
            configs.add(config);
        }
        return List.copyOf(backends);
    }

    private static HuggingFaceSettings huggingFace(String name, Section config) throws ConfigException {
        HuggingFaceSettings defaults = Defaults.HUGGING_FACE;
        HuggingFaceSettings settings = new HuggingFaceSettings(
                name,
                config.value("prefix", defaults.prefix(), Values::prefix),
                config.value("base_url", defaults.baseUrl(), Values::url),
                config.optional("token", Values::token),
                config.value("token_for_anonymous", defaults.tokenForAnonymous(), Values::truth),
                config.value("timeout", defaults.timeout(), Quantities::wait),
                config.value("max_redirects", defaults.maxRedirects(), t -> Quantities.integer(t, 0, MOST_REDIRECTS)),
                config.value("metadata_ttl", defaults.metadataTtl(), Quantities::duration),
                config.value("negative_ttl", defaults.negativeTtl(), Quantities::duration),
                config.value("access_ttl", defaults.accessTtl(), Quantities::duration),
                config.value("allow_private_redirects", defaults.allowPrivateRedirects(), Values::truth));
        config.refuseUnknown();
        return settings;
    }

    private static String type(String text) throws BadValueException {
        if (TYPES.contains(text)) {
            return text;
        }
        String remedy = Spelling.nearest(text, TYPES)
                .map(type -> "; did you mean \"" + type + "\"?")
                .orElse("; known: " + String.join(", ", TYPES));
        throw BadValueException.secret("names no known type of backend, " + Source.shown(text) + remedy);
    }

    private static void refuseSameName(Section section, HuggingFaceSettings backend, HuggingFaceSettings earlier)
            throws ConfigException {
        if (backend.name().equals(earlier.name())) {
            throw section.wrong(
                    "name",
                    Source.shown(backend.name()) + " is taken by an earlier backend; give each a name of its own");
        }
    }

    private static void refuseOverlap(
            Section config, HuggingFaceSettings backend, Section earlierConfig, HuggingFaceSettings earlier)
            throws ConfigException {
        if (backend.prefix().startsWith(earlier.prefix()) || earlier.prefix().startsWith(backend.prefix())) {
            throw config.wrong(
                    "prefix",
                    Source.shown(backend.prefix()) + " overlaps " + Source.shown(earlier.prefix()) + " of backend "
                            + Source.shown(earlier.name()) + " in line " + earlierConfig.lineOf("prefix")
                            + "; give each a prefix of its own");
        }
    }
}
