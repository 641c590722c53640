package io.artifactvault.config;

import io.artifactvault.backend.BackendSettings;
import io.artifactvault.backend.BackendSettings.ListenAddress;
import io.artifactvault.backend.BackendType;
import io.artifactvault.backend.ConfiguredBackend;
import io.artifactvault.backend.InvalidSettingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the list of backends and checks that their names and mounts do not collide. */
final class Backends {
    private final List<BackendType<?>> types;

    private final Map<Integer, String> ports;

    /**
     * @param types that the file may name
     * @param ports the names of settings by the ports that they use
     */
    Backends(List<BackendType<?>> types, Map<Integer, String> ports) {
        this.types = types;
        this.ports = Map.copyOf(ports);
    }

    List<ConfiguredBackend<?>> read(List<Section> sections) throws ConfigException {
        List<ConfiguredBackend<?>> backends = new ArrayList<>();
        List<Section> configs = new ArrayList<>();
        for (Section section : sections) {
            BackendType<?> type = section.required("type", this::type);
            String name = section.value("name", type.name(), Values::name);
            Section config = section.section("config");
            ConfiguredBackend<?> backend = backend(section, type, name, config);
            for (int i = 0; i < backends.size(); i++) {
                BackendSettings earlier = backends.get(i).settings();
                refuseSameName(section, backend.settings(), earlier);
                refuseOverlap(config, backend.settings(), configs.get(i), earlier);
            }
            refuseUsedPort(config, backend.settings());
            backends.add(backend);
            configs.add(config);
        }
        return List.copyOf(backends);
    }

    /**
     * Reads one backend. Unknown settings beside {@code config} are rejected first, because they may be the reason why
     * a setting in {@code config} is missing.
     */
    private static <S extends BackendSettings> ConfiguredBackend<S> backend(
            Section section, BackendType<S> type, String name, Section config) throws ConfigException {
        try {
            ConfiguredBackend<S> backend = new ConfiguredBackend<>(type, read(type, name, config));
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

    private static <S extends BackendSettings> S read(BackendType<S> type, String name, Section config)
            throws ConfigException {
        SectionReader reader = new SectionReader(config);
        try {
            S settings = type.read(name, reader);
            reader.refuseUnknown();
            return settings;
        } catch (ConfigException e) {
            throw e;
        } catch (InvalidSettingException e) {
            throw config.wrong(e);
        }
    }

    private BackendType<?> type(String text) throws BadValueException {
        Optional<BackendType<?>> known =
                types.stream().filter(type -> type.name().equals(text)).findFirst();
        if (known.isPresent()) {
            return known.get();
        }
        List<String> names = types.stream().map(BackendType::name).sorted().toList();
        String remedy = Spelling.nearest(text, names)
                .map(name -> "; did you mean \"" + name + "\"?")
                .orElse("; known types: " + String.join(", ", names));
        throw BadValueException.secret("is not a known backend type: " + ErrorText.shown(text) + remedy);
    }

    private static void refuseSameName(Section section, BackendSettings backend, BackendSettings earlier)
            throws ConfigException {
        if (backend.name().equals(earlier.name())) {
            throw section.wrong(
                    "name",
                    ErrorText.shown(backend.name())
                            + " is also the name of an earlier backend; give each backend its own name");
        }
    }

    /**
     * Rejects mounts that both match a request: the longer prefix takes precedence, so only a prefix that is behind all
     * others may contain another.
     */
    private static void refuseOverlap(
            Section config, BackendSettings backend, Section earlierConfig, BackendSettings earlier)
            throws ConfigException {
        boolean sameHost = backend.hosts().stream().anyMatch(earlier.hosts()::contains)
                && overlap(backend, backend.hostPrefix(), earlier, earlier.hostPrefix());
        boolean samePath = backend.isUnderEveryHost()
                && earlier.isUnderEveryHost()
                && overlap(backend, backend.prefix(), earlier, earlier.prefix());
        if (sameHost || samePath) {
            throw config.wrong(
                    "prefix",
                    ErrorText.shown(backend.prefix()) + " overlaps " + ErrorText.shown(earlier.prefix())
                            + " of backend "
                            + ErrorText.shown(earlier.name()) + " in line " + earlierConfig.lineOf("prefix")
                            + "; give each backend its own prefix or its own hosts");
        }
        refuseSameClaims(config, backend, earlier);
    }

    /** Rejects two claims to one listener, and two to the same value of a query. */
    private static void refuseSameClaims(Section config, BackendSettings backend, BackendSettings earlier)
            throws ConfigException {
        Optional<String> common = backend.queryNames().stream()
                .filter(earlier.queryNames()::contains)
                .sorted()
                .findFirst();
        if (common.isPresent()) {
            throw config.wrong(
                    "image_hosts",
                    ErrorText.shown(common.get()) + " is served by the backend " + ErrorText.shown(earlier.name())
                            + " already; give each backend hosts of its own");
        }
        int port = port(backend);
        if (port != 0 && port == port(earlier)) {
            throw config.wrong(
                    "listen",
                    "has the port of the backend " + ErrorText.shown(earlier.name())
                            + "; give each backend a port of its own");
        }
    }

    private void refuseUsedPort(Section config, BackendSettings backend) throws ConfigException {
        int port = port(backend);
        if (port != 0 && ports.containsKey(port)) {
            throw config.wrong("listen", "has the port of " + ports.get(port) + "; choose another one");
        }
    }

    /** Of the listener that a backend has for itself; 0 for none, or any free one. */
    private static int port(BackendSettings backend) {
        return backend.listen().map(ListenAddress::port).orElse(0);
    }

    private static boolean overlap(BackendSettings backend, String prefix, BackendSettings earlier, String other) {
        boolean within = prefix.startsWith(other) || other.startsWith(prefix);
        boolean nested =
                !prefix.equals(other) && (prefix.length() < other.length() ? backend : earlier).isBehindOthers();
        return within && !nested;
    }
}
