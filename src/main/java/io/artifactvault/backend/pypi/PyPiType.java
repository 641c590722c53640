package io.artifactvault.backend.pypi;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.BackendType;
import io.artifactvault.backend.InvalidSettingException;
import io.artifactvault.backend.SettingsReader;
import io.artifactvault.backend.SourceSettings;
import io.artifactvault.backend.pypi.dist.Patterns;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.http.Target;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code type: pypi}: PyPI, or any other index of Python packages. */
public final class PyPiType implements BackendType<PyPiSettings> {
    private static final long LEAST_PAGE = 64 << 10;
    private static final long MOST_PAGE = 1L << 30;
    private static final int LEAST_FILES = 1_000;
    private static final int MOST_FILES = 10_000_000;

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
        PyPiSettings.Index index = index(config, config.url("base_url", PyPiSettings.PYPI));
        return new PyPiSettings(
                name,
                config.prefix("/" + name + "/"),
                config.hosts(),
                index,
                extraIndexes(config, index),
                config.truth("mix", DEFAULTS.mix()),
                config.hostsAndPorts("files_hosts", DEFAULTS.filesHosts()),
                Patterns.of(config.values("internal_names", Patterns::normal)),
                Patterns.of(config.values("allow", Patterns::normal)),
                Patterns.of(config.values("deny", Patterns::normal)),
                new AgeGate(
                        config.duration("min_age", DEFAULTS.gate().minAge()),
                        config.lastMoment("not_after"),
                        config.values("min_age_exemptions", AgeGate.Exemption::parse)),
                config.duration("metadata_ttl", DEFAULTS.metadataTtl()),
                config.duration("negative_ttl", DEFAULTS.negativeTtl()),
                config.duration("access_ttl", DEFAULTS.accessTtl()),
                config.size("max_page_size", DEFAULTS.maxPageSize(), LEAST_PAGE, MOST_PAGE),
                config.integer("max_known_files", DEFAULTS.maxKnownFiles(), LEAST_FILES, MOST_FILES),
                config.wait("timeout", DEFAULTS.timeout()),
                config.privateRedirects(DEFAULTS.privateRedirects()),
                config.source());
    }

    private static PyPiSettings.Index index(SettingsReader config, URI url) throws InvalidSettingException {
        String path = config.value("simple_path", DEFAULTS.index().simplePath(), PyPiType::simplePath);
        return new PyPiSettings.Index(above(url, path), path, config.login());
    }

    private static List<PyPiSettings.Index> extraIndexes(SettingsReader config, PyPiSettings.Index first)
            throws InvalidSettingException {
        List<PyPiSettings.Index> indexes = new ArrayList<>();
        List<URI> pages = new ArrayList<>(List.of(first.projects()));
        for (SettingsReader each : config.sections("extra_indexes", "base_url")) {
            PyPiSettings.Index index = index(each, each.requiredUrl("base_url"));
            if (pages.contains(index.projects())) {
                throw each.wrong("base_url", "is the same index as an earlier one; remove one of them");
            }
            pages.add(index.projects());
            indexes.add(index);
        }
        return List.copyOf(indexes);
    }

    /** The address that clients are given includes the path of the index itself: it is accepted, too. */
    private static URI above(URI url, String simplePath) {
        String text = url.toString();
        String ending = simplePath.substring(0, simplePath.length() - 1);
        return !ending.isEmpty() && text.endsWith(ending)
                ? URI.create(text.substring(0, text.length() - ending.length()))
                : url;
    }

    private static String simplePath(String text) throws InvalidSettingException {
        String closed = text.endsWith("/") ? text : text + "/";
        try {
            if (closed.startsWith("/")
                    && !closed.contains("?")
                    && Target.parse(closed).path().equals(closed)) {
                return closed;
            }
        } catch (BadTargetException e) {
            // reported below
        }
        throw new InvalidSettingException("must be a path such as /simple/, /+simple/ or /");
    }
}
