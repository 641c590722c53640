package io.artifactvault.http.conditional;

import io.artifactvault.http.Fields;
import io.artifactvault.http.HttpDate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Evaluates the conditional fields of a request against the validators of the selected representation (RFC 9110
 * §13.2.2), for GET and HEAD. If-None-Match takes precedence over If-Modified-Since; If-Range decides whether Range
 * applies.
 */
public final class Preconditions {
    /** How to respond according to the conditions. */
    public enum Outcome {
        /** Respond as if there were no conditions. */
        PROCEED,
        /** Respond 304. */
        NOT_MODIFIED,
        /** Respond 412. */
        FAILED
    }

    private Preconditions() {}

    /**
     * Follows the steps of RFC 9110 §13.2.2 in order. To be called only if the response without conditions would be a
     * 200 (§13.2.1). A date that is malformed or given twice is not a condition.
     *
     * @param etag the representation's entity tag, when it has one
     * @param lastModified the representation's Last-Modified, when it has one
     */
    public static Outcome evaluate(Fields request, Optional<EntityTag> etag, Optional<Instant> lastModified) {
        if (!isWanted(request, etag, lastModified)) {
            return Outcome.FAILED;
        }
        return isKnown(request, etag, lastModified) ? Outcome.NOT_MODIFIED : Outcome.PROCEED;
    }

    /** Whether the conditions of a request turn a 200 with these fields into a 304. */
    public static boolean isNotModified(Fields request, Fields response) {
        Optional<EntityTag> etag = only(response, "ETag").flatMap(EntityTag::parse);
        Optional<Instant> lastModified = only(response, "Last-Modified").flatMap(HttpDate::parse);
        return evaluate(request, etag, lastModified) == Outcome.NOT_MODIFIED;
    }

    /**
     * Whether Range may be honoured: true without If-Range, otherwise only on a strong match (RFC 9110 §13.1.5). A date
     * must be equal to the second; pass the result of {@link #strongLastModified}, because any other date is a weak
     * validator.
     */
    public static boolean rangeApplies(Fields request, Optional<EntityTag> etag, Optional<Instant> lastModified) {
        if (!request.has("If-Range")) {
            return true;
        }
        Optional<String> condition = only(request, "If-Range");
        Optional<EntityTag> wanted = condition.flatMap(EntityTag::parse);
        if (wanted.isPresent()) {
            return etag.filter(wanted.get()::matchesStrongly).isPresent();
        }
        Optional<Long> date = condition.flatMap(HttpDate::parse).map(Instant::getEpochSecond);
        return date.isPresent() && date.equals(lastModified.map(Instant::getEpochSecond));
    }

    /**
     * The Last-Modified of a response if it is a strong validator: at least a second older than the response's Date
     * (RFC 9110 §8.8.2.2).
     */
    public static Optional<Instant> strongLastModified(Fields response) {
        Optional<Instant> latest =
                only(response, "Date").flatMap(HttpDate::parse).map(date -> date.minus(Duration.ofSeconds(1)));
        return only(response, "Last-Modified")
                .flatMap(HttpDate::parse)
                .filter(modified -> latest.isPresent() && !modified.isAfter(latest.get()));
    }

    /** Whether the request is not rejected by steps 1 and 2: If-Match, otherwise If-Unmodified-Since. */
    private static boolean isWanted(Fields request, Optional<EntityTag> etag, Optional<Instant> lastModified) {
        Optional<String> match = request.joined("If-Match");
        return match.map(list -> EntityTagList.parse(list).matchesStrongly(etag))
                .orElseGet(() -> isUnmodifiedSince(request, "If-Unmodified-Since", lastModified)
                        .orElse(true));
    }

    /**
     * Whether the client already has the representation, by steps 3 and 4: If-None-Match, otherwise If-Modified-Since.
     */
    private static boolean isKnown(Fields request, Optional<EntityTag> etag, Optional<Instant> lastModified) {
        Optional<String> noneMatch = request.joined("If-None-Match");
        return noneMatch
                .map(list -> EntityTagList.parse(list).matchesWeakly(etag))
                .orElseGet(() -> isUnmodifiedSince(request, "If-Modified-Since", lastModified)
                        .orElse(false));
    }

    /**
     * Whether Last-Modified is not later than the date in the field; empty when either is missing or not a date: the
     * condition must then be ignored (§13.1.3, §13.1.4).
     */
    private static Optional<Boolean> isUnmodifiedSince(Fields request, String name, Optional<Instant> lastModified) {
        Optional<Instant> date = only(request, name).flatMap(HttpDate::parse);
        return date.flatMap(since -> lastModified.map(modified -> modified.getEpochSecond() <= since.getEpochSecond()));
    }

    /** The value of a field that occurs once; empty if it is absent or repeated. */
    private static Optional<String> only(Fields fields, String name) {
        List<String> values = fields.all(name);
        return values.size() == 1 ? Optional.of(values.getFirst().strip()) : Optional.empty();
    }
}
