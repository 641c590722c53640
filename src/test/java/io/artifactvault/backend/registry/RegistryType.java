package io.artifactvault.backend.registry;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.BackendType;
import io.artifactvault.backend.InvalidSettingException;
import io.artifactvault.backend.SettingsReader;
import io.artifactvault.http.OriginId;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code type: registry}: the vault would have it with one more line in {@code app.BackendTypes}. */
final class RegistryType implements BackendType<RegistrySettings> {
    private static final RegistrySettings DEFAULTS = new RegistrySettings(
            "registry",
            "/registry/",
            URI.create("https://registry.example"),
            URI.create("https://files.example"),
            Duration.ofSeconds(60),
            Set.of());

    @Override
    public String name() {
        return "registry";
    }

    @Override
    public RegistrySettings defaults() {
        return DEFAULTS;
    }

    @Override
    public RegistrySettings read(String name, SettingsReader config) throws InvalidSettingException {
        URI baseUrl = config.requiredUrl("base_url");
        OriginId index = OriginId.of(baseUrl);
        // The index has the token service of the files too.
        Set<String> tokenHosts = new HashSet<>(config.hostsAndPorts("token_hosts", List.of()));
        tokenHosts.add(index.host() + ":" + index.port());
        RegistrySettings settings = new RegistrySettings(
                name,
                config.prefix("/" + name + "/"),
                baseUrl,
                config.requiredUrl("files_url"),
                config.wait("timeout", DEFAULTS.timeout()),
                tokenHosts);
        if (settings.baseUrl().equals(settings.filesUrl())) {
            throw new InvalidSettingException("has one URL for index and files; give the files another");
        }
        return settings;
    }

    @Override
    public Backend open(RegistrySettings settings, InstantSource clock) {
        return new RegistryBackend(settings);
    }
}
