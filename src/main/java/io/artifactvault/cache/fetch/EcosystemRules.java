package io.artifactvault.cache.fetch;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.TokenRequest;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.upstream.UpstreamHead;
import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import io.artifactvault.http.caching.CachePolicy;
import io.artifactvault.http.conditional.Validator;
import io.artifactvault.store.index.Entry;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Rules based on the knowledge of an ecosystem: names, digests and access. Pure.
 *
 * @param resource the requested resource
 * @param stored the stored entry on which the request was conditional, if any
 * @param mayKeep whether the caller may have the stored entry although upstream sent another version
 */
record EcosystemRules(Resource resource, Optional<Entry> stored, Predicate<Entry> mayKeep) implements ResponseRules {
    /** How long a cache of upstream's may not have heard of a change. */
    private static final Duration LONGEST_LAG = Duration.ofDays(1);

    @Override
    public Ruling rule(UpstreamHead head) {
        if (head.status() == 304 && stored.isPresent() && isOfUpstream(head)) {
            boolean same = Validator.confirms(stored.get().fields(), head.last().fields());
            return same ? new Ruling.Confirm(Ruling.Audience.ALL) : new Ruling.AskForAll(false);
        }
        return switch (resource.judge(head.chain())) {
            case Verdict.Content(Facts facts, boolean here) -> content(head, facts, here);
            case Verdict.Final verdict -> last(verdict, head.last());
            case Verdict.Challenge(TokenRequest _, Verdict.Final otherwise) -> last(otherwise, head.last());
            case Verdict.Unexpected(String why) -> unexpected(why);
            case Verdict.Follow _ -> unexpected("a redirect that was not followed");
        };
    }

    /**
     * Whether the response comes from upstream itself; a host to which upstream redirected cannot confirm anything for
     * it.
     */
    private boolean isOfUpstream(UpstreamHead head) {
        OriginId upstream = OriginId.of(resource.upstream().uri());
        return head.chain().stream().allMatch(hop -> OriginId.of(hop.uri()).equals(upstream));
    }

    private Ruling content(UpstreamHead head, Facts facts, boolean here) {
        return switch (resource.naming(head.chain())) {
            case UPSTREAM -> named(head, facts, here);
            case ADDRESS -> Ruling.Pass.with(Ruling.Effect.NONE);
            case FOREIGN -> unexpected("content from another host that upstream has not identified");
        };
    }

    private Ruling named(UpstreamHead head, Facts facts, boolean here) {
        Facts all = withExpected(resource, facts);
        if (!isExpected(facts, all)) {
            return unexpected("content that was not requested");
        }
        if (isOutdated(head)) {
            return new Ruling.Confirm(Ruling.Audience.ALL);
        }
        return forbidsStoring(head) ? new Ruling.Pass(Ruling.Effect.NONE, true) : new Ruling.Keep.Named(all, here);
    }

    /** For a limited time: an upstream that was set up anew counts its versions from the beginning. */
    private boolean isOutdated(UpstreamHead head) {
        return stored.filter(entry -> !entry.isError() && entry.blob().isPresent())
                .filter(entry ->
                        Duration.between(entry.requestedAt(), head.receivedAt()).compareTo(LONGEST_LAG) < 0)
                .filter(entry -> resource.isOutdated(head.last().fields(), entry.fields()))
                .filter(mayKeep)
                .isPresent();
    }

    /** Upstream's facts about the content, completed with the facts that were known before the request. */
    static Facts withExpected(Resource resource, Facts facts) {
        return resource.promised()
                .map(known -> new Facts(
                        facts.fields(),
                        facts.length().isPresent() ? facts.length() : known.length(),
                        known.digest().or(facts::digest),
                        facts.pointsTo()))
                .orElse(facts);
    }

    /** Whether the response matches the facts that were known before the request. */
    private boolean isExpected(Facts facts, Facts all) {
        boolean sameDigest = facts.digest().isEmpty()
                || all.digest().equals(facts.digest())
                || all.digest().orElseThrow().algorithm()
                        != facts.digest().get().algorithm();
        OptionalLong known = resource.promised().map(Facts::length).orElseGet(OptionalLong::empty);
        return sameDigest && (known.isEmpty() || known.equals(all.length()));
    }

    /**
     * Whether the response forbids storing (RFC 9111 §5.2.2.5); relevant only for resources whose lifetime the response
     * determines.
     */
    private boolean forbidsStoring(UpstreamHead head) {
        return resource.lifetime().byResponse()
                && CachePolicy.of(head.last().fields()).directives().has("no-store");
    }

    private static Ruling last(Verdict.Final verdict, UpstreamAnswer response) {
        return switch (verdict.kind()) {
            case ABSENT_AT_REVISION -> new Ruling.Keep.Absence(verdict);
            case UNAVAILABLE -> new Ruling.Unavailable(verdict.fields(), Optional.empty());
            case ABSENT, UNAUTHENTICATED -> new Ruling.Refuse(verdict.kind(), verdict.fields(), true);
            case DENIED, OTHER -> new Ruling.Refuse(verdict.kind(), verdict.fields(), hasErrorCode(response));
        };
    }

    /**
     * Whether the origin's own response has an error code. The ecosystem's version of the response may contain a code
     * that the origin did not send.
     */
    private static boolean hasErrorCode(UpstreamAnswer response) {
        return response.fields()
                .first("X-Error-Code")
                .filter(code -> !code.isBlank())
                .isPresent();
    }

    private static Ruling unexpected(String why) {
        return new Ruling.Unavailable(Fields.EMPTY, Optional.of(why));
    }
}
