package io.artifactvault.backend.generic;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.BackendType;
import io.artifactvault.backend.InvalidSettingException;
import io.artifactvault.backend.SettingsReader;
import io.artifactvault.backend.SourceSettings;
import io.artifactvault.backend.generic.GenericSettings.Edit;
import io.artifactvault.backend.generic.GenericSettings.Redirects;
import io.artifactvault.http.PrivateTargets;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code type: http}: any HTTP origin. */
public final class GenericType implements BackendType<GenericSettings> {
    /** The base_url is an example: the configuration must give one. */
    public static final GenericSettings DEFAULTS = new GenericSettings(
            "http",
            "/http/",
            List.of(),
            URI.create("https://files.example.com"),
            Duration.ofSeconds(60),
            new Redirects(false, 5, PrivateTargets.NONE, false),
            Optional.empty(),
            Duration.ofSeconds(30),
            Duration.ofDays(1),
            Edit.NONE,
            Edit.NONE,
            Set.of(),
            SourceSettings.UNLIMITED);

    private static final int MOST_REDIRECTS = 20;

    @Override
    public String name() {
        return "http";
    }

    @Override
    public GenericSettings defaults() {
        return DEFAULTS;
    }

    @Override
    public GenericSettings read(String name, SettingsReader config) throws InvalidSettingException {
        SettingsReader request = config.section("request_headers");
        SettingsReader response = config.section("response_headers");
        return new GenericSettings(
                name,
                config.prefix("/" + name + "/"),
                config.hosts(),
                config.requiredUrl("base_url"),
                config.wait("timeout", DEFAULTS.timeout()),
                redirects(config, DEFAULTS.redirects()),
                config.duration("default_ttl"),
                config.duration("negative_ttl", DEFAULTS.negativeTtl()),
                config.duration("stale_if_error", DEFAULTS.staleIfError()),
                new Edit(request.fieldNames("allow"), request.fieldNames("remove"), request.requestFields("add")),
                new Edit(response.fieldNames("remove"), response.fields("add")),
                config.methods("methods"),
                config.source());
    }

    @Override
    public Backend open(GenericSettings settings, InstantSource clock) {
        return new GenericBackend(settings);
    }

    private static Redirects redirects(SettingsReader config, Redirects defaults) throws InvalidSettingException {
        return new Redirects(
                config.truth("follow_redirects", defaults.follow()),
                config.integer("max_redirects", defaults.most(), 0, MOST_REDIRECTS),
                config.privateRedirects(defaults.privateTargets()),
                config.truth("rewrite_locations", defaults.rewrite()));
    }
}
