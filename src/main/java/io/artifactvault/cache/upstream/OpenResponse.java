package io.artifactvault.cache.upstream;

import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.origin.OriginResponse;
import java.util.Optional;

/**
 * A response with content that is already open when a fill begins. Confined to one task and its place.
 *
 * @param part the part of the content that it holds; empty for the whole content
 * @param alone whether it is not known that upstream supports ranges, so that all missing bytes should be read from
 *     this response
 */
public record OpenResponse(OriginResponse response, Optional<ByteRange> part, boolean alone) {
    public static OpenResponse whole(OriginResponse response) {
        boolean sendsParts = response.fields()
                .first("Accept-Ranges")
                .filter(unit -> unit.strip().equalsIgnoreCase("bytes"))
                .isPresent();
        return new OpenResponse(response, Optional.empty(), !sendsParts);
    }

    public static OpenResponse part(OriginResponse response, ByteRange part) {
        return new OpenResponse(response, Optional.of(part), false);
    }

    /** The response to a request for a part. */
    public static OpenResponse of(RangeResponse answer, ByteRange requested) {
        return answer.whole()
                ? new OpenResponse(answer.response(), Optional.empty(), true)
                : part(answer.response(), requested);
    }

    /** The position in the content at which the response's body begins. */
    public long offset() {
        return part.map(ByteRange::first).orElse(0L);
    }
}
