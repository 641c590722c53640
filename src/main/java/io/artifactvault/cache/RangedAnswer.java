package io.artifactvault.cache;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.ByteRange;
import io.artifactvault.http.ContentRange;
import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import io.artifactvault.http.Validator;
import io.artifactvault.origin.Hop;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.RedirectFollower.Arrival;
import io.artifactvault.store.Entry;
import java.util.List;
import java.util.Optional;

/**
 * Upstream's answer to a Range request: the part that was asked for, or the whole where upstream ignores Range. Confined
 * to the thread that reads it.
 *
 * @param offset where in the content the answer's body begins
 * @param whole whether Range was ignored
 */
record RangedAnswer(Arrival arrival, long offset, boolean whole) implements AutoCloseable {
    /**
     * Reads an answer that came by way of upstream.
     *
     * @throws OriginException when it is a refusal, another part, or other content than the entry's
     */
    static RangedAnswer of(Arrival arrival, Resource resource, Entry entry, ByteRange range) throws OriginException {
        requireSameContent(arrival, resource, entry);
        int status = arrival.last().status();
        if (Route.isProven(entry) && Question.isEncoded(arrival.response()) && status / 100 == 2) {
            throw Question.unexpected(arrival.last(), "a Content-Encoding although identity was asked for");
        }
        if (status == 206) {
            requirePart(arrival, entry, range);
            return new RangedAnswer(arrival, range.first(), false);
        }
        if (status == 429 || status >= 500) {
            throw new OriginException(
                    OriginFailure.UNAVAILABLE, OriginId.of(arrival.last().uri()).authority() + " (" + status + ")");
        }
        Verdict verdict = resource.judge(Question.answers(arrival.hops()));
        if (status == 200 && verdict instanceof Verdict.Content(Facts facts, boolean here) && here) {
            requireSame(facts, entry, arrival.last());
            return new RangedAnswer(arrival, 0, true);
        }
        // A mirror or CDN names nothing; the digest tells at the end.
        if (Route.isProven(entry) && isWhole(arrival, entry)) {
            return new RangedAnswer(arrival, 0, true);
        }
        throw Question.unexpected(arrival.last(), "not the content");
    }

    /**
     * Reads an answer of a place to which upstream had redirected before. Empty when it is not the content: then upstream is to
     * be asked anew.
     */
    static Optional<RangedAnswer> ofPlace(Arrival arrival, Entry entry, ByteRange range) {
        Fields fields = arrival.response().fields();
        boolean otherCoding = Route.isProven(entry) && Question.isEncoded(arrival.response());
        if (otherCoding || !hasSameValidator(fields, entry)) {
            return Optional.empty();
        }
        if (arrival.last().status() == 206 && isPart(fields, entry, range)) {
            return Optional.of(new RangedAnswer(arrival, range.first(), false));
        }
        return isWhole(arrival, entry) ? Optional.of(new RangedAnswer(arrival, 0, true)) : Optional.empty();
    }

    private static boolean isWhole(Arrival arrival, Entry entry) {
        return arrival.last().status() == 200
                && !arrival.response().fields().has("Content-Encoding")
                && arrival.response().contentLength().equals(entry.length());
    }

    /** Upstream names the content again with each redirect to it: a push in between is noticed there. */
    private static void requireSameContent(Arrival arrival, Resource resource, Entry entry) throws OriginException {
        List<Hop> hops = arrival.hops();
        for (int i = 1; i <= hops.size(); i++) {
            Hop hop = hops.get(i - 1);
            if (hop.isRedirect()
                    && resource.judge(Question.answers(hops.subList(0, i)))
                            instanceof Verdict.Content(Facts facts, var _)) {
                requireSame(facts, entry, hop);
            }
        }
        if (arrival.last().status() == 206 && !hasSameValidator(arrival.last().fields(), entry)) {
            throw changed(arrival.last());
        }
    }

    private static void requireSame(Facts facts, Entry entry, Hop hop) throws OriginException {
        boolean same = Route.isProven(entry)
                ? facts.digest().isEmpty() || facts.digest().equals(entry.content())
                : hasSameValidator(facts.fields(), entry);
        boolean sameLength = facts.length().isEmpty() || facts.length().equals(entry.length());
        if (!same || !sameLength) {
            throw changed(hop);
        }
    }

    /** Where no digest will be checked, the validator must be the same and strong; where one will, any place may have its own. */
    private static boolean hasSameValidator(Fields fields, Entry entry) {
        Optional<Validator> ours = Validator.strong(entry.fields());
        return Route.isProven(entry)
                || (ours.isPresent() && Validator.strong(fields).equals(ours));
    }

    private static void requirePart(Arrival arrival, Entry entry, ByteRange range) throws OriginException {
        if (!isPart(arrival.response().fields(), entry, range)) {
            throw Question.unexpected(arrival.last(), "another range than asked for");
        }
    }

    private static boolean isPart(Fields fields, Entry entry, ByteRange range) {
        return ContentRange.of(fields, entry.length())
                .filter(part -> part.range().first() == range.first()
                        && part.completeLength() == entry.length().orElse(-1))
                .isPresent();
    }

    private static OriginException changed(Hop hop) {
        return new OriginException(
                OriginFailure.CONTENT_CHANGED, OriginId.of(hop.uri()).authority());
    }

    OriginResponse response() {
        return arrival.response();
    }

    @Override
    public void close() {
        arrival.close();
    }
}
