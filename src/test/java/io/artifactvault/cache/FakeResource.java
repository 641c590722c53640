package io.artifactvault.cache;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.Client;
import io.artifactvault.http.EarlyAnswers;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A resource that says what it is told to. */
public record FakeResource(boolean isStorable, Optional<Name> name, Lifetime lifetime, boolean answersEmptyRange)
        implements Resource {

    public static final FakeResource FILE = new FakeResource(true, Optional.empty(), Lifetime.FOREVER, true);
    static final AccessScope SCOPE = new AccessScope("files acme/tiny", Duration.ofMinutes(5));

    public FakeResource living(Duration time) {
        return new FakeResource(isStorable, name, Lifetime.byRule(time), answersEmptyRange);
    }

    public FakeResource named(Duration ttl) {
        return new FakeResource(isStorable, Optional.of(new Name("main", ttl)), lifetime, answersEmptyRange);
    }

    public FakeResource unstorable() {
        return new FakeResource(false, name, lifetime, answersEmptyRange);
    }

    public FakeResource refusingEmptyRanges() {
        return new FakeResource(isStorable, name, lifetime, false);
    }

    public static Request request(String method, String... fields) {
        return new Request(
                method, new Target("/hf/x", Optional.empty()), Fields.of(fields), "http://vault", Optional.empty());
    }

    /** The same from a client of its own. */
    public static Request requestBy(Client client, String method, String... fields) {
        Request plain = request(method, fields);
        return new Request(
                plain.method(), plain.target(), plain.fields(), plain.base(), plain.body(), EarlyAnswers.NONE, client);
    }

    @Override
    public String title() {
        return "acme/tiny x";
    }

    @Override
    public String key() {
        return "x";
    }

    @Override
    public Resource at(String value) {
        return new FakeResource(isStorable, Optional.empty(), Lifetime.FOREVER, answersEmptyRange);
    }

    @Override
    public Optional<AccessScope> scope() {
        return Optional.of(SCOPE);
    }

    @Override
    public Upstream upstream() {
        return new Upstream(
                URI.create("https://hub.example/x"), Fields.EMPTY, Optional.empty(), 5, PrivateTargets.NONE);
    }

    @Override
    public boolean answersHead() {
        return true;
    }

    @Override
    public Verdict judge(List<UpstreamAnswer> chain) {
        return new Verdict.Follow();
    }

    @Override
    public Fields present(Fields stored, Request request) {
        return stored;
    }

    /** JSON is copied as it is. */
    @Override
    public Optional<BodyEdit> edit(Fields received) {
        boolean json = received.first("Content-Type")
                .filter("application/json"::equals)
                .isPresent();
        return json
                ? Optional.of((in, out) -> Fields.of("X-Copied", Long.toString(in.transferTo(out))))
                : Optional.empty();
    }

    @Override
    public Duration negativeTtl() {
        return Duration.ofSeconds(10);
    }
}
