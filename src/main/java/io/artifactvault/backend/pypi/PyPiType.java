package io.artifactvault.backend.pypi;

import io.artifactvault.backend.BackendType;
import io.artifactvault.backend.InvalidSettingException;
import io.artifactvault.backend.SettingsReader;
import io.artifactvault.backend.SourceSettings;
import io.artifactvault.http.PrivateTargets;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code type: pypi}: PyPI, or any other index of Python packages. */
public final class PyPiType implements BackendType {
    private static final String PYPI = "https://pypi.org";

    /** The host of PyPI's files; PyPI itself has none, so that they keep their paths. */
    private static final String FILES_OF_PYPI = "files.pythonhosted.org";

    private static final PyPiSettings DEFAULTS = new PyPiSettings(
            "pypi",
            "/pypi/",
            List.of(),
            new PyPiSettings.Index(URI.create(PYPI), "/simple/", Optional.empty()),
            List.of(),
            false,
            List.of(FILES_OF_PYPI),
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

    static String sharedHost(URI index) {
        return index.toString().equals(PYPI) ? FILES_OF_PYPI : "";
    }

    @Override
    public String name() {
        return "pypi";
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
