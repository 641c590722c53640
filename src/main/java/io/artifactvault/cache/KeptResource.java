package io.artifactvault.cache;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.Facts;
import io.artifactvault.backend.HttpResource;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.Scan;
import io.artifactvault.http.Via;
import io.artifactvault.store.Entry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An answer stored by HTTP's own rules, as the rest of the cache sees resources: what it answers with does not change. Immutable.
 *
 * @param presented the fields that its reader gets
 */
record KeptResource(HttpResource resource, Entry entry, Fields presented) implements Resource {
    /** @param age for an answer that was stored before; empty for one that has just come */
    static KeptResource of(HttpResource resource, Entry entry, Optional<Duration> age, Request request) {
        Fields fields = Via.passed(entry.shown());
        Fields aged = age.map(time -> fields.with("Age", Long.toString(time.toSeconds())))
                .orElse(fields);
        return new KeptResource(resource, entry, resource.present(aged, request));
    }

    @Override
    public String title() {
        return resource.title();
    }

    @Override
    public boolean isStorable() {
        return true;
    }

    @Override
    public String key() {
        return entry.key();
    }

    @Override
    public Optional<Name> name() {
        return Optional.empty();
    }

    @Override
    public Resource at(String value) {
        return this;
    }

    @Override
    public Lifetime lifetime() {
        return Lifetime.FOREVER;
    }

    @Override
    public Optional<AccessScope> scope() {
        return Optional.empty();
    }

    @Override
    public Upstream upstream() {
        return resource.upstream();
    }

    @Override
    public boolean answersHead() {
        return false;
    }

    /** A whole answer to a question for a part: the origin ignores Range, or has other content now; its validator tells. */
    @Override
    public Verdict judge(List<UpstreamAnswer> chain) {
        UpstreamAnswer last = chain.getLast();
        if (last.status() != 200) {
            return new Verdict.Final(Verdict.Kind.OTHER, last.fields(), Optional.empty());
        }
        OptionalLong length = last.fields().first("Content-Length").filter(text -> Scan.isNumber(text, 18)).stream()
                .mapToLong(Long::parseLong)
                .findFirst();
        return new Verdict.Content(new Facts(last.fields(), length, Optional.empty(), Optional.empty()), true);
    }

    @Override
    public Fields present(Fields stored, Request request) {
        return presented;
    }

    @Override
    public Optional<BodyEdit> edit(Fields received) {
        return Optional.empty();
    }

    @Override
    public boolean answersEmptyRange() {
        return false;
    }

    @Override
    public boolean keepsErrorContent() {
        return true;
    }

    @Override
    public Duration negativeTtl() {
        return Duration.ZERO;
    }
}
