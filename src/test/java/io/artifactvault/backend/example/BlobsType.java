package io.artifactvault.backend.example;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.BackendType;
import io.artifactvault.backend.InvalidSettingException;
import io.artifactvault.backend.SettingsReader;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;

/** {@code type: blobs}: the vault would have it with one more line in {@code app.BackendTypes}. */
final class BlobsType implements BackendType<BlobsSettings> {
    private static final BlobsSettings DEFAULTS = new BlobsSettings(
            "blobs", "/blobs/", URI.create("https://blobs.example"), Duration.ofSeconds(60), Duration.ofSeconds(30));

    @Override
    public String name() {
        return DEFAULTS.name();
    }

    @Override
    public BlobsSettings defaults() {
        return DEFAULTS;
    }

    @Override
    public BlobsSettings read(String name, SettingsReader config) throws InvalidSettingException {
        return new BlobsSettings(
                name,
                config.prefix("/" + name + "/"),
                config.requiredUrl("base_url"),
                config.wait("timeout", DEFAULTS.timeout()),
                config.duration("negative_ttl", DEFAULTS.negativeTtl()));
    }

    @Override
    public Backend open(BlobsSettings settings, InstantSource clock) {
        return new BlobsBackend(settings);
    }
}
