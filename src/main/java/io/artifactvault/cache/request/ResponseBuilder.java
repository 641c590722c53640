package io.artifactvault.cache.request;

import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.content.Content;
import io.artifactvault.cache.content.Progress;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.HttpDate;
import io.artifactvault.http.Request;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.http.conditional.EntityTag;
import io.artifactvault.http.conditional.MultipartRanges;
import io.artifactvault.http.conditional.Preconditions;
import io.artifactvault.http.conditional.RangeSpec;
import io.artifactvault.store.index.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Builds the response to one request from a stored response and its content, for every kind of backend: RFC 9111 §4,
 * RFC 9110 §13 and §14. Pure except for the lease of the content, which is passed to the response or closed.
 */
public final class ResponseBuilder {
    /** Fields that describe the content, which a client that has the content does not need (RFC 9110 §15.4.5). */
    private static final String[] OF_CONTENT = {
        "Content-Type", "Content-Length", "Content-Encoding", "Content-Language", "Content-Disposition", "Content-Range"
    };

    private final Request request;
    private final Entry entry;
    private final Presentation presentation;
    private final Fields presented;
    private final CacheStatus cacheStatus;
    private final Body.Onward onward;

    public ResponseBuilder(
            Request request, Entry entry, Presentation presentation, CacheStatus cacheStatus, Body.Onward onward) {
        this.request = request;
        this.entry = entry;
        this.presentation = presentation;
        this.presented = presentation.fields();
        this.cacheStatus = cacheStatus;
        this.onward = onward;
    }

    /**
     * The response if it needs no content: HEAD of content with a known length, 304, 412, a response without content,
     * or a stored error.
     */
    public Optional<Answer> withoutContent() {
        if (entry.status() != 200) {
            return presentation.errorsHaveContent() ? bodiless() : Optional.of(storedError());
        }
        return switch (Preconditions.evaluate(request.fields(), etag(), lastModified())) {
            case NOT_MODIFIED -> Optional.of(new Answer(304, withoutContent(presented), new Body.None(), cacheStatus));
            case FAILED -> Optional.of(Errors.answer(412, "A precondition of the request is false.", cacheStatus));
            case PROCEED -> bodiless();
        };
    }

    /** The fields of a 304. */
    public static Fields withoutContent(Fields fields) {
        return fields.without(OF_CONTENT);
    }

    private Optional<Answer> bodiless() {
        boolean none = entry.hasNoContent();
        return none || (request.isHead() && entry.length().isPresent())
                ? Optional.of(head(entry.length()))
                : Optional.empty();
    }

    /** The first byte that the response needs of content of that length. */
    public long firstWanted(long length) {
        return wanted(length).stream().mapToLong(ByteRange::first).min().orElse(0);
    }

    /** The ranges that the response needs of content of that length, which is not 0. */
    public List<ByteRange> wanted(long length) {
        return spec().resolve(length) instanceof RangeSpec.Outcome.Satisfiable(var ranges)
                ? ranges
                : List.of(new ByteRange(0, Math.max(0, length - 1)));
    }

    /** Requests the bytes that the response needs from a fill; returns false if the fill has ended without them. */
    public boolean isPromisedBy(Progress progress) {
        long length = progress.length().orElse(0);
        if (length == 0 || spec().resolve(length) instanceof RangeSpec.Outcome.Unsatisfiable) {
            return !progress.isFailed();
        }
        boolean promised = wanted(length).stream().allMatch(progress::want);
        if (promised && entry.content().filter(Digest::isProof).isPresent() && isResumption()) {
            progress.wantAll();
        }
        return promised;
    }

    /**
     * Whether the client requests all bytes from an offset on: it then has the beginning and will hold the whole
     * content, which must be verified first.
     */
    private boolean isResumption() {
        return spec().parts().size() == 1
                && spec().parts().getFirst() instanceof RangeSpec.Part.From(var _, long last)
                && last == Long.MAX_VALUE;
    }

    /** The requested ranges; the whole content if If-Range does not match. */
    private RangeSpec spec() {
        return Preconditions.rangeApplies(request.fields(), etag(), Preconditions.strongLastModified(presented))
                ? RangeSpec.parse(request.fields().joined("Range"))
                : RangeSpec.WHOLE;
    }

    public Answer with(Content content) {
        OptionalLong length = content.size();
        if (request.isHead()) {
            close(content);
            return head(length);
        }
        return length.isEmpty() || entry.status() != 200
                ? whole(content, length)
                : ofLength(content, length.getAsLong());
    }

    private Answer ofLength(Content content, long length) {
        return switch (spec().resolve(length)) {
            case RangeSpec.Outcome.Satisfiable(var ranges)
            when ranges.size() == 1 -> part(content, ranges.getFirst(), length);
            case RangeSpec.Outcome.Unsatisfiable _ -> {
                close(content);
                yield length == 0 && presentation.answersEmptyRange() ? empty() : unsatisfiable(length);
            }
            case RangeSpec.Outcome.Satisfiable(var ranges) -> parts(content, ranges, length);
            case RangeSpec.Outcome.Whole _ -> whole(content, OptionalLong.of(length));
        };
    }

    private Answer whole(Content content, OptionalLong length) {
        return new Answer(entry.status(), sized(length), body(content, 0, length), cacheStatus);
    }

    private Answer part(Content content, ByteRange range, long length) {
        Fields fields = sized(range.length()).with("Content-Range", range.contentRange(length));
        return new Answer(206, fields, body(content, range.first(), OptionalLong.of(range.length())), cacheStatus);
    }

    /** A response with several ranges (RFC 9110 §14.6); each part has its own lease. */
    private Answer parts(Content content, List<ByteRange> ranges, long length) {
        String type = presented.first("Content-Type").orElse("application/octet-stream");
        MultipartRanges multipart = MultipartRanges.of(UUID.randomUUID().toString(), ranges, type, length);
        List<Body> bodies = new ArrayList<>();
        for (MultipartRanges.Part part : multipart.parts()) {
            boolean first = bodies.isEmpty();
            if (!first && !retain(content)) {
                throw new IllegalStateException("a lease that is held cannot be shared");
            }
            bodies.add(new Body.Bytes(part.head()));
            bodies.add(body(
                    content, part.range().first(), OptionalLong.of(part.range().length())));
        }
        bodies.add(new Body.Bytes(multipart.end()));
        Fields fields = sized(length)
                .with("Content-Length", Long.toString(multipart.length()))
                .with("Content-Type", multipart.contentType());
        return new Answer(206, fields, new Body.Sequence(bodies), cacheStatus);
    }

    private static boolean retain(Content content) {
        return switch (content) {
            case Content.InMemory _ -> true;
            case Content.Stored(var file, long _) -> file.retain();
            case Content.Unchecked(var file, var _, long _) -> file.retain();
            case Content.Filling(Progress progress) -> progress.join();
        };
    }

    private Answer empty() {
        return new Answer(200, sized(0).with("Content-Range", "bytes */0"), new Body.None(), cacheStatus);
    }

    private Answer unsatisfiable(long length) {
        Fields fields = presented
                .without(OF_CONTENT)
                .with("Content-Length", "0")
                .with("Accept-Ranges", "bytes")
                .with("Content-Range", "bytes */" + length);
        return new Answer(416, fields, new Body.None(), cacheStatus);
    }

    private Answer head(OptionalLong length) {
        return new Answer(entry.status(), sized(length), new Body.None(), cacheStatus);
    }

    private Answer storedError() {
        String sentence = presented.first("X-Error-Message").orElse("Not found");
        Answer error = Errors.answer(entry.status(), presented, sentence, cacheStatus);
        return request.isHead() ? error.withoutBody() : error;
    }

    private Fields sized(OptionalLong length) {
        // A 204 has no Content-Length, not even 0 (RFC 9110 §8.6).
        return length.isEmpty() || entry.status() == 204
                ? presented.without("Content-Length")
                : sized(length.getAsLong());
    }

    private Fields sized(long length) {
        Fields.Builder fields = presented.toBuilder().set("Content-Length", Long.toString(length));
        if (entry.status() == 200) {
            fields.set("Accept-Ranges", "bytes");
        }
        return fields.build();
    }

    private Body body(Content content, long offset, OptionalLong length) {
        return switch (content) {
            case Content.InMemory(byte[] bytes) ->
                new Body.Bytes(
                        offset == 0 && length.orElse(bytes.length) == bytes.length
                                ? bytes
                                : Arrays.copyOfRange(
                                        bytes, (int) offset, (int) (offset + length.orElse(bytes.length - offset))));
            case Content.Stored(var file, long bytes) ->
                new Body.Slice(file, offset, length.orElse(bytes - offset), onward);
            case Content.Unchecked _ -> throw new IllegalStateException("content is checked before it is delivered");
            case Content.Filling(Progress progress) -> new Body.Growing(progress, offset, length, onward);
        };
    }

    public static void close(Content content) {
        switch (content) {
            case Content.InMemory _ -> {}
            case Content.Stored(var file, long _) -> file.close();
            case Content.Unchecked(var file, var _, long _) -> file.close();
            case Content.Filling(Progress progress) -> progress.leave(false);
        }
    }

    private Optional<EntityTag> etag() {
        return presented.first("ETag").flatMap(EntityTag::parse);
    }

    /**
     * When the content was last modified; a response without Last-Modified was modified no later than it was generated
     * (RFC 9111 §4.3.2).
     */
    private Optional<Instant> lastModified() {
        String name = presented.has("Last-Modified") ? "Last-Modified" : "Date";
        return presented.first(name).flatMap(HttpDate::parse);
    }
}
