package io.artifactvault.cache;

import io.artifactvault.http.ContentRange;
import io.artifactvault.http.RangeSpec;
import io.artifactvault.http.Validator;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.store.Entry;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An answer whose content can be kept in parts and gone on with, because a strong validator tells which parts belong together
 * (RFC 9111 §3.3). Confined to the task's thread.
 *
 * @param entry the whole of which the answer is a part, or which it is
 */
record Resumable(Entry entry, AtHand atHand) {
    /**
     * Empty when the answer is of no known length or has no strong validator, or is not the part that was asked for.
     *
     * @param head the answer without its content
     * @param asked the request's Range
     */
    static Optional<Resumable> of(Entry head, OriginResponse response, Optional<String> asked) {
        return switch (response.status()) {
            case 200 -> whole(head, response);
            case 206 -> part(head, response, asked);
            default -> Optional.empty();
        };
    }

    private static Optional<Resumable> whole(Entry head, OriginResponse response) {
        OptionalLong length = response.contentLength();
        return Validator.strong(response.fields())
                .filter(_ -> length.orElse(0) > 0)
                .map(validator -> new Resumable(head.named(validator, length.getAsLong()), AtHand.whole(response)));
    }

    private static Optional<Resumable> part(Entry head, OriginResponse response, Optional<String> asked) {
        return ContentRange.of(response.fields())
                .filter(told -> isAsked(asked, told) && isFramedRight(response, told))
                .flatMap(told -> Validator.strong(response.fields())
                        .map(validator -> new Resumable(
                                head.named(validator, told.completeLength()), AtHand.part(response, told.range()))));
    }

    private static boolean isAsked(Optional<String> asked, ContentRange told) {
        return RangeSpec.parse(asked).resolve(told.completeLength())
                        instanceof RangeSpec.Outcome.Satisfiable(var ranges)
                && ranges.size() == 1
                && ranges.getFirst().equals(told.range());
    }

    private static boolean isFramedRight(OriginResponse response, ContentRange told) {
        OptionalLong framed = response.contentLength();
        return framed.isEmpty() || framed.getAsLong() == told.range().length();
    }
}
