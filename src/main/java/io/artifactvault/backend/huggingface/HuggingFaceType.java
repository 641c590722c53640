package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.BackendType;
import io.artifactvault.backend.CorsOrigins;
import io.artifactvault.backend.InvalidSettingException;
import io.artifactvault.backend.SettingsReader;
import io.artifactvault.backend.SourceSettings;
import io.artifactvault.http.PrivateTargets;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** {@code type: huggingface}: the Hub, or a server with the same protocol. */
public final class HuggingFaceType implements BackendType<HuggingFaceSettings> {
    public static final HuggingFaceSettings DEFAULTS = new HuggingFaceSettings(
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

    private static final int MOST_REDIRECTS = 20;

    @Override
    public String name() {
        return "huggingface";
    }

    @Override
    public HuggingFaceSettings defaults() {
        return DEFAULTS;
    }

    @Override
    public HuggingFaceSettings read(String name, SettingsReader config) throws InvalidSettingException {
        return new HuggingFaceSettings(
                name,
                config.prefix(DEFAULTS.prefix()),
                config.hosts(),
                config.url("base_url", DEFAULTS.baseUrl()),
                config.url("datasets_server_url"),
                config.token("token"),
                config.truth("token_for_anonymous", DEFAULTS.tokenForAnonymous()),
                config.wait("timeout", DEFAULTS.timeout()),
                config.integer("max_redirects", DEFAULTS.maxRedirects(), 0, MOST_REDIRECTS),
                config.duration("metadata_ttl", DEFAULTS.metadataTtl()),
                config.duration("negative_ttl", DEFAULTS.negativeTtl()),
                config.duration("access_ttl", DEFAULTS.accessTtl()),
                config.duration("link_ttl", DEFAULTS.linkTtl()),
                config.privateRedirects(DEFAULTS.privateRedirects()),
                config.sourceWithMirrors(),
                config.corsOrigins(DEFAULTS.corsOrigins()));
    }

    @Override
    public Backend open(HuggingFaceSettings settings, InstantSource clock) {
        return new HuggingFaceBackend(settings, clock);
    }
}
