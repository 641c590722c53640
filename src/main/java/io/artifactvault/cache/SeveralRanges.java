package io.artifactvault.cache;

import io.artifactvault.http.ByteRange;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.MultipartRanges;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** Several ranges of one content in one answer (RFC 9110 §14.6); each part has a lease of its own. */
record SeveralRanges(Content content, List<ByteRange> ranges, long length) {
    static SeveralRanges of(Content content, List<ByteRange> ranges, long length) {
        return new SeveralRanges(content, ranges, length);
    }

    /** Takes the content's lease over. */
    Answer answer(Fields presented, CacheStatus status, Function<ByteRange, Body> cut) {
        String type = presented.first("Content-Type").orElse("application/octet-stream");
        MultipartRanges multipart = MultipartRanges.of(UUID.randomUUID().toString(), ranges, type, length);
        List<Body> bodies = new ArrayList<>();
        for (MultipartRanges.Part part : multipart.parts()) {
            boolean first = bodies.isEmpty();
            if (!first && !retain()) {
                throw new IllegalStateException("a lease that is held cannot be shared");
            }
            bodies.add(new Body.Bytes(part.head()));
            bodies.add(cut.apply(part.range()));
        }
        bodies.add(new Body.Bytes(multipart.end()));
        Fields fields = presented
                .with("Content-Length", Long.toString(multipart.length()))
                .with("Content-Type", multipart.contentType());
        return new Answer(206, fields, new Body.Sequence(bodies), status);
    }

    private boolean retain() {
        return switch (content) {
            case Content.InMemory _ -> true;
            case Content.Stored(var file, long _) -> file.retain();
            case Content.Unchecked(var file, var _, long _) -> file.retain();
            case Content.Filling(Progress progress) -> progress.join();
        };
    }
}
