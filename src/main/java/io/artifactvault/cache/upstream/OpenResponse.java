package io.artifactvault.cache.upstream;

import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.origin.OriginResponse;
import java.util.Optional;

/**
 * An answer with content that is at hand when a fill begins. Confined to one task and its place.
 *
 * @param part the part of the content that it holds; empty when it holds all
 * @param alone whether upstream is not known to send parts, so that all that is missing is best taken from here
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

    /** What came for a part that was asked for. */
    public static OpenResponse of(RangeResponse answer, ByteRange asked) {
        return answer.whole()
                ? new OpenResponse(answer.response(), Optional.empty(), true)
                : part(answer.response(), asked);
    }

    /** Where in the content the answer's body begins. */
    public long offset() {
        return part.map(ByteRange::first).orElse(0L);
    }
}
