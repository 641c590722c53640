package io.artifactvault.cache;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.http.ByteRange;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.EntityTag;
import io.artifactvault.http.Fields;
import io.artifactvault.http.HttpDate;
import io.artifactvault.http.Preconditions;
import io.artifactvault.http.RangeSpec;
import io.artifactvault.http.Request;
import io.artifactvault.http.Via;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Makes the answer to one request out of a stored answer and its content: RFC 9111 §4, RFC 9110 §13 and §14. Pure but for the
 * lease that content carries, which goes into the answer or is closed.
 */
final class SharedDelivery {
    /** §15.4.5 of RFC 9110: what describes the content is no news to a client that has it. */
    private static final String[] OF_CONTENT = {
        "Content-Type", "Content-Length", "Content-Encoding", "Content-Language", "Content-Range"
    };

    private final Request request;
    private final Stored stored;
    private final CacheStatus cacheStatus;
    private final Fields presented;

    /** @param age for an answer that was stored before; empty for one that has just come */
    SharedDelivery(
            Request request, HttpResource resource, Stored stored, CacheStatus cacheStatus, Optional<Duration> age) {
        this.request = request;
        this.stored = stored;
        this.cacheStatus = cacheStatus;
        Fields fields = Via.passed(stored.entry().fields());
        this.presented = resource.present(
                age.map(time -> fields.with("Age", Long.toString(time.toSeconds())))
                        .orElse(fields),
                request);
    }

    CacheStatus cacheStatus() {
        return cacheStatus;
    }

    /** The fields that the client gets, but for what depends on the part. */
    Fields presented() {
        return presented;
    }

    /** Whether the content is not needed: HEAD, 304, 412, or an answer without any. */
    Optional<Answer> withoutContent() {
        int status = stored.entry().status();
        OptionalLong length = stored.entry().length();
        if (status == 200) {
            Preconditions.Outcome outcome = Preconditions.evaluate(request.fields(), etag(), lastModified());
            if (outcome == Preconditions.Outcome.NOT_MODIFIED) {
                return Optional.of(new Answer(304, presented.without(OF_CONTENT), new Body.None(), cacheStatus));
            }
            if (outcome == Preconditions.Outcome.FAILED) {
                return Optional.of(Errors.answer(412, "A precondition of the request does not hold.", cacheStatus));
            }
        }
        boolean none = length.equals(OptionalLong.of(0));
        return none || request.isHead()
                ? Optional.of(new Answer(status, sized(length), new Body.None(), cacheStatus))
                : Optional.empty();
    }

    Answer with(Content content) {
        OptionalLong length = content.size();
        RangeSpec spec = spec();
        if (length.isEmpty() || stored.entry().status() != 200 || spec.isWhole()) {
            return whole(content, length);
        }
        return switch (spec.resolve(length.getAsLong())) {
            case RangeSpec.Outcome.Satisfiable(var ranges)
            when ranges.size() == 1 -> part(content, ranges.getFirst(), length.getAsLong());
            case RangeSpec.Outcome.Unsatisfiable _ -> {
                Delivery.close(content);
                Fields fields = sized(OptionalLong.of(0))
                        .without("Content-Type")
                        .with("Content-Range", "bytes */" + length.getAsLong());
                yield new Answer(416, fields, new Body.None(), cacheStatus);
            }
            case RangeSpec.Outcome.Satisfiable(var ranges) ->
                SeveralRanges.of(content, ranges, length.getAsLong())
                        .answer(
                                presented,
                                cacheStatus,
                                range -> body(content, range.first(), OptionalLong.of(range.length())));
            case RangeSpec.Outcome.Whole _ -> whole(content, length);
        };
    }

    private RangeSpec spec() {
        return Preconditions.rangeApplies(request.fields(), etag(), Preconditions.strongLastModified(presented))
                ? RangeSpec.parse(request.fields().joined("Range"))
                : RangeSpec.WHOLE;
    }

    private Answer whole(Content content, OptionalLong length) {
        return new Answer(stored.entry().status(), sized(length), body(content, 0, length), cacheStatus);
    }

    private Answer part(Content content, ByteRange range, long length) {
        Fields fields = sized(OptionalLong.of(range.length())).with("Content-Range", range.contentRange(length));
        return new Answer(206, fields, body(content, range.first(), OptionalLong.of(range.length())), cacheStatus);
    }

    private Fields sized(OptionalLong length) {
        if (length.isEmpty() || stored.entry().status() == 204) {
            return presented.without("Content-Length");
        }
        return presented.with("Content-Length", Long.toString(length.getAsLong()));
    }

    private static Body body(Content content, long offset, OptionalLong length) {
        return switch (content) {
            case Content.InMemory(byte[] bytes) ->
                new Body.Bytes(
                        Arrays.copyOfRange(bytes, (int) offset, (int) (offset + length.orElse(bytes.length - offset))));
            case Content.Stored(var file, long bytes) -> new Body.Slice(file, offset, length.orElse(bytes - offset));
            case Content.Unchecked _ -> throw new IllegalStateException("content is checked before it is delivered");
            case Content.Filling(Progress progress) ->
                new Body.Growing(progress, offset, length, (_, _) -> Optional.empty());
        };
    }

    private Optional<EntityTag> etag() {
        return presented.first("ETag").flatMap(EntityTag::parse);
    }

    /** RFC 9111 §4.3.2: an answer without Last-Modified was modified when it was made, at the latest. */
    private Optional<Instant> lastModified() {
        String name = presented.has("Last-Modified") ? "Last-Modified" : "Date";
        return presented.first(name).flatMap(HttpDate::parse);
    }
}
