package io.artifactvault.backend.example;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.http.conditional.EntityTag;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Content called by its sha256: it cannot change, everybody may have it, and what comes must hash to its name. */
record BlobResource(BlobsSettings settings, Digest sha256) implements Resource {
    private static final Set<String> KEPT = Set.of("content-type", "last-modified");
    private static final int REDIRECTS = 5;

    @Override
    public String title() {
        return settings.name() + " " + sha256.hex().substring(0, 12);
    }

    /** Two things that differ have two keys: the backend's name is part of it, because another server may lack this. */
    @Override
    public String key() {
        return settings.name() + " blob " + sha256.hex();
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
        URI uri = URI.create(settings.baseUrl() + "/" + sha256.hex());
        return new Upstream(uri, Fields.EMPTY, Optional.empty(), REDIRECTS, PrivateTargets.NONE);
    }

    @Override
    public Verdict judge(List<UpstreamAnswer> chain) {
        UpstreamAnswer last = chain.getLast();
        if (last.isRedirect()) {
            return new Verdict.Follow();
        }
        return switch (last.status()) {
            case 200 -> new Verdict.Content(facts(last), true);
            case 404, 410 -> other(Verdict.Kind.ABSENT, last);
            case 429, 500, 502, 503, 504 -> other(Verdict.Kind.UNAVAILABLE, last);
            default -> other(Verdict.Kind.OTHER, last);
        };
    }

    /** With the digest known, wrong bytes are never kept, and content that is here by another name is not fetched. */
    private Facts facts(UpstreamAnswer last) {
        Fields fields = last.fields()
                .only(KEPT)
                .with("ETag", EntityTag.strong(sha256.hex()).toString());
        OptionalLong length = last.fields()
                .first("Content-Length")
                .filter(text -> text.matches("\\d{1,18}"))
                .map(text -> OptionalLong.of(Long.parseLong(text)))
                .orElse(OptionalLong.empty());
        return new Facts(fields, length, Optional.of(sha256), Optional.empty());
    }

    private static Verdict other(Verdict.Kind kind, UpstreamAnswer last) {
        return new Verdict.Final(kind, last.fields().only(KEPT), Optional.empty());
    }

    @Override
    public Duration negativeTtl() {
        return settings.negativeTtl();
    }
}
