package io.artifactvault.cache;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A file of an ecosystem at the rig's origin, whose responses mean what their fields say. */
public record RepositoryFile(String key, boolean answersHead, Optional<Name> name, Optional<Credential> credential)
        implements Resource {
    public static final RepositoryFile FILE = new RepositoryFile("file", true, Optional.empty(), Optional.empty());
    public static final Duration LIFETIME = Duration.ofMinutes(1);

    public RepositoryFile withoutHead() {
        return new RepositoryFile(key, false, name, credential);
    }

    public RepositoryFile with(Credential other) {
        return new RepositoryFile(key, answersHead, name, Optional.of(other));
    }

    /** The same under a name whose value another resource supplies. */
    public RepositoryFile named(Resource source) {
        return new RepositoryFile(
                key, answersHead, Optional.of(new Name("main", LIFETIME, Optional.of(source))), credential);
    }

    public AccessScope accessScope() {
        return scope().orElseThrow();
    }

    @Override
    public String title() {
        return "acme/tiny " + key;
    }

    @Override
    public Lifetime lifetime() {
        return Lifetime.byRule(LIFETIME);
    }

    @Override
    public Upstream upstream() {
        return new Upstream(FillRig.UPSTREAM.resolve("/" + key), Fields.EMPTY, credential, 5, PrivateTargets.ALL);
    }

    @Override
    public Verdict judge(List<UpstreamAnswer> chain) {
        UpstreamAnswer last = chain.getLast();
        Fields fields = last.fields();
        return switch (last.status()) {
            case 200 -> new Verdict.Content(facts(fields), true);
            case 401, 403 -> new Verdict.Final(Verdict.Kind.DENIED, fields, Optional.empty());
            case 404 -> new Verdict.Final(Verdict.Kind.ABSENT, fields, Optional.empty());
            case 429, 500, 503 -> new Verdict.Final(Verdict.Kind.UNAVAILABLE, fields, Optional.empty());
            default -> new Verdict.Final(Verdict.Kind.OTHER, fields, Optional.empty());
        };
    }

    private static Facts facts(Fields fields) {
        OptionalLong length = fields.first("Announced-Length").or(() -> fields.first("Content-Length")).stream()
                .mapToLong(Long::parseLong)
                .findFirst();
        return new Facts(fields, length, fields.first("Names-Digest").flatMap(Digest::parse), Optional.empty());
    }
}
