package io.artifactvault.cache.upstream;

import io.artifactvault.http.Fields;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.http.conditional.ContentRange;
import io.artifactvault.http.conditional.RangeSpec;
import io.artifactvault.http.conditional.Validator;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.store.index.Entry;
import java.util.Optional;

/**
 * A response whose content can be stored in parts and resumed, because a strong validator identifies the parts that
 * belong together (RFC 9111 §3.3). Immutable.
 *
 * @param length of the whole content
 * @param part the part that the response carries; empty for the whole content
 */
public record Resumable(Validator validator, long length, Optional<ByteRange> part) {
    /**
     * Empty if the response has no known length or no strong validator, or is not the requested part.
     *
     * @param asked the request's Range
     */
    public static Optional<Resumable> of(UpstreamHead head, Optional<String> asked) {
        return switch (head.status()) {
            case 200 -> whole(head);
            case 206 -> part(head, asked);
            default -> Optional.empty();
        };
    }

    private static Optional<Resumable> whole(UpstreamHead head) {
        return Validator.strong(head.last().fields())
                .filter(_ -> head.length().orElse(0) > 0)
                .map(validator -> new Resumable(validator, head.length().getAsLong(), Optional.empty()));
    }

    private static Optional<Resumable> part(UpstreamHead head, Optional<String> asked) {
        Fields fields = head.last().fields();
        return ContentRange.of(fields)
                .filter(told -> isAsked(asked, told) && isFramedRight(head, told))
                .flatMap(told -> Validator.strong(fields)
                        .map(validator -> new Resumable(validator, told.completeLength(), Optional.of(told.range()))));
    }

    private static boolean isAsked(Optional<String> asked, ContentRange told) {
        return RangeSpec.parse(asked).resolve(told.completeLength())
                        instanceof RangeSpec.Outcome.Satisfiable(var ranges)
                && ranges.size() == 1
                && ranges.getFirst().equals(told.range());
    }

    private static boolean isFramedRight(UpstreamHead head, ContentRange told) {
        return head.length().isEmpty()
                || head.length().getAsLong() == told.range().length();
    }

    /** The entry of the whole content to which the response belongs. */
    public Entry entry(Entry head) {
        return head.named(validator, length);
    }

    public OpenResponse atHand(OriginResponse response) {
        return part.map(range -> OpenResponse.part(response, range)).orElseGet(() -> OpenResponse.whole(response));
    }
}
