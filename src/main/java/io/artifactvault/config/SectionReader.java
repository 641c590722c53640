package io.artifactvault.config;

import io.artifactvault.backend.CorsOrigins;
import io.artifactvault.backend.SettingsReader;
import io.artifactvault.backend.SourceSettings;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A section of the file as a backend type reads it. */
final class SectionReader implements SettingsReader {
    private static final String PRIVATE_REDIRECTS = "allow_private_redirects";

    private final Section section;
    private final List<SectionReader> inner = new ArrayList<>();

    SectionReader(Section section) {
        this.section = section;
    }

    @Override
    public String prefix(String otherwise) throws ConfigException {
        return section.value("prefix", otherwise, Values::prefix);
    }

    @Override
    public List<String> hostNames(String key) throws ConfigException {
        return section.values(key, Values::virtualHost);
    }

    @Override
    public List<String> hostsAndPorts(String key) throws ConfigException {
        return section.values(key, Values::hostAndPort);
    }

    @Override
    public URI url(String key, URI otherwise) throws ConfigException {
        return section.value(key, otherwise, Values::url);
    }

    @Override
    public URI requiredUrl(String key) throws ConfigException {
        return section.required(key, Values::url);
    }

    @Override
    public Optional<URI> url(String key) throws ConfigException {
        return section.optional(key, Values::url);
    }

    @Override
    public Optional<Credential> token(String key) throws ConfigException {
        return section.optional(key, Values::token);
    }

    @Override
    public boolean truth(String key, boolean otherwise) throws ConfigException {
        return section.value(key, otherwise, Values::truth);
    }

    @Override
    public int integer(String key, int otherwise, int least, int most) throws ConfigException {
        return section.value(key, otherwise, text -> Quantities.integer(text, least, most));
    }

    @Override
    public Duration duration(String key, Duration otherwise) throws ConfigException {
        return section.value(key, otherwise, Quantities::duration);
    }

    @Override
    public Optional<Duration> duration(String key) throws ConfigException {
        return section.optional(key, Quantities::duration);
    }

    @Override
    public Duration wait(String key, Duration otherwise) throws ConfigException {
        return section.value(key, otherwise, Quantities::wait);
    }

    @Override
    public Set<String> methods(String key) throws ConfigException {
        return Set.copyOf(section.values(key, Values::method));
    }

    @Override
    public Set<String> fieldNames(String key) throws ConfigException {
        return Set.copyOf(section.values(key, Values::fieldName));
    }

    @Override
    public Fields fields(String key) throws ConfigException {
        return joined(section.values(key, Values::field));
    }

    @Override
    public Fields requestFields(String key) throws ConfigException {
        return joined(section.values(key, Values::requestField));
    }

    @Override
    public PrivateTargets privateRedirects(PrivateTargets otherwise) throws ConfigException {
        return section.isList(PRIVATE_REDIRECTS)
                ? new PrivateTargets(false, section.values(PRIVATE_REDIRECTS, Values::privateTarget))
                : section.value(PRIVATE_REDIRECTS, otherwise, Values::privateTargets);
    }

    @Override
    public SourceSettings source() throws ConfigException {
        return source(List.of());
    }

    @Override
    public SourceSettings sourceWithMirrors() throws ConfigException {
        return source(section.values("mirrors", Values::url));
    }

    @Override
    public CorsOrigins corsOrigins(CorsOrigins otherwise) throws ConfigException {
        return CorsOrigins.of(section.values("cors_origins", List.copyOf(otherwise.origins()), Values::corsOrigin));
    }

    @Override
    public SectionReader section(String key) throws ConfigException {
        SectionReader reader = new SectionReader(section.section(key));
        inner.add(reader);
        return reader;
    }

    /** Rejects unknown settings here and in the groups that were read. */
    void refuseUnknown() throws ConfigException {
        for (SectionReader group : inner) {
            group.refuseUnknown();
        }
        section.refuseUnknown();
    }

    private SourceSettings source(List<URI> mirrors) throws ConfigException {
        SourceSettings defaults = SourceSettings.UNLIMITED;
        return new SourceSettings(
                mirrors,
                integer("max_connections", defaults.maxConnections(), 0, 100_000),
                section.value("max_bandwidth", defaults.maxBandwidth(), Quantities::size),
                duration("passing_stall_timeout", defaults.passingStall()));
    }

    private static Fields joined(List<Fields> each) {
        Fields.Builder fields = Fields.builder();
        each.forEach(fields::addAll);
        return fields.build();
    }
}
