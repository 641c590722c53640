package io.artifactvault.backend.pypi;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.BackendType;
import io.artifactvault.backend.InvalidSettingException;
import io.artifactvault.backend.SettingsReader;
import io.artifactvault.backend.SourceSettings;
import io.artifactvault.http.PrivateTargets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** {@code type: pypi}: PyPI, or any other index of Python packages. */
public final class PyPiType implements BackendType<PyPiSettings> {
    private static final PyPiSettings DEFAULTS = new PyPiSettings(
            "pypi",
            "/pypi/",
            List.of(),
            new PyPiSettings.Index(PyPiSettings.PYPI, "/simple/", Optional.empty()),
            List.of(),
            false,
            List.of(PyPiSettings.FILES_OF_PYPI),
            Patterns.NONE,
            Patterns.NONE,
            Patterns.NONE,
            AgeGate.OPEN,
            Duration.ofSeconds(300),
            Duration.ofSeconds(60),
            Duration.ofSeconds(300),
            64L << 20,
            100_000,
            Duration.ofSeconds(60),
            PrivateTargets.NONE,
            SourceSettings.UNLIMITED);

    @Override
    public String name() {
        return "pypi";
    }

    @Override
    public Backend open(PyPiSettings settings, InstantSource clock) {
        return new PyPiBackend(settings, clock);
    }

    @Override
    public PyPiSettings defaults() {
        return DEFAULTS;
    }

    @Override
    public PyPiSettings read(String name, SettingsReader config) throws InvalidSettingException {
        return new PyPiSettings(
                name,
                config.prefix("/" + name + "/"),
                config.hosts(),
                new PyPiSettings.Index(
                        config.url("base_url", DEFAULTS.index().url()), "/simple/", config.token("token")),
                List.of(),
                config.truth("mix", false),
                config.hostNames("files_hosts"),
                Patterns.NONE,
                Patterns.NONE,
                Patterns.NONE,
                AgeGate.OPEN,
                config.duration("metadata_ttl", DEFAULTS.metadataTtl()),
                config.duration("negative_ttl", DEFAULTS.negativeTtl()),
                config.duration("access_ttl", DEFAULTS.accessTtl()),
                DEFAULTS.maxPageSize(),
                DEFAULTS.maxKnownFiles(),
                config.wait("timeout", DEFAULTS.timeout()),
                config.privateRedirects(DEFAULTS.privateRedirects()),
                config.source());
    }
}
