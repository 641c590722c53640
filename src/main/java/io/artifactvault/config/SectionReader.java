package io.artifactvault.config;

import io.artifactvault.backend.CorsOrigins;
import io.artifactvault.backend.InvalidSettingException;
import io.artifactvault.backend.SettingsReader;
import io.artifactvault.backend.SourceSettings;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
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
    public List<String> hostsAndPorts(String key, List<String> otherwise) throws ConfigException {
        return section.values(key, otherwise, Values::hostAndPort);
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
    public Optional<Credential> login() throws ConfigException {
        Optional<Credential> token = token("token");
        Optional<String> user = section.optional("user", Values::user);
        Optional<String> password = section.optional("password", Values::password);
        if (token.isPresent() && user.isPresent()) {
            throw section.wrong("user", "cannot be combined with token; remove one of them");
        }
        if (user.isPresent() != password.isPresent()) {
            throw user.isPresent()
                    ? section.wrong("user", "needs the setting password; add it")
                    : section.wrong("password", "needs the setting user; add it");
        }
        return token.or(() -> user.map(name -> Credential.basic(name, password.orElseThrow())));
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
    public long size(String key, long otherwise, long least, long most) throws ConfigException {
        return section.value(key, otherwise, text -> Quantities.size(text, least, most));
    }

    @Override
    public Optional<Instant> lastMoment(String key) throws ConfigException {
        return section.optional(key, Values::lastMoment);
    }

    @Override
    public <T> T value(String key, T otherwise, Form<T> form) throws ConfigException {
        return section.value(key, otherwise, parser(form));
    }

    @Override
    public <T> Optional<T> optional(String key, Form<T> form) throws ConfigException {
        return section.optional(key, parser(form));
    }

    @Override
    public <T> List<T> values(String key, Form<T> form) throws ConfigException {
        return section.values(key, parser(form));
    }

    private static <T> Section.Parser<T> parser(Form<T> form) {
        return text -> {
            try {
                return form.parse(text);
            } catch (InvalidSettingException e) {
                throw BadValueException.of(String.valueOf(e.getMessage()));
            }
        };
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

    @Override
    public List<SettingsReader> sections(String key, String only) throws ConfigException {
        List<SettingsReader> readers = new ArrayList<>();
        for (Section each : section.sections(key, only)) {
            SectionReader reader = new SectionReader(each);
            inner.add(reader);
            readers.add(reader);
        }
        return List.copyOf(readers);
    }

    @Override
    public ConfigException wrong(String key, String reason) {
        return section.wrong(key, reason);
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
