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
     * How to resume a response; empty if it has no known length or no strong validator, or is not the requested part.
     *
     * @param requested the request's Range
     */
    public static Optional<Resumable> of(UpstreamHead head, Optional<String> requested) {
        return switch (head.status()) {
            case 200 -> whole(head);
            case 206 -> part(head, requested);
            default -> Optional.empty();
        };
    }

    private static Optional<Resumable> whole(UpstreamHead head) {
        return Validator.strong(head.last().fields())
                .filter(_ -> head.length().orElse(0) > 0)
                .map(validator -> new Resumable(validator, head.length().getAsLong(), Optional.empty()));
    }

    private static Optional<Resumable> part(UpstreamHead head, Optional<String> requested) {
        Fields fields = head.last().fields();
        return ContentRange.of(fields)
                .filter(received -> isRequested(requested, received) && isFramedRight(head, received))
                .flatMap(received -> Validator.strong(fields)
                        .map(validator ->
                                new Resumable(validator, received.completeLength(), Optional.of(received.range()))));
    }

    private static boolean isRequested(Optional<String> requested, ContentRange received) {
        return RangeSpec.parse(requested).resolve(received.completeLength())
                        instanceof RangeSpec.Outcome.Satisfiable(var ranges)
                && ranges.size() == 1
                && ranges.getFirst().equals(received.range());
    }

    private static boolean isFramedRight(UpstreamHead head, ContentRange received) {
        return head.length().isEmpty()
                || head.length().getAsLong() == received.range().length();
    }

    /** The entry of the whole content to which the response belongs. */
    public Entry entry(Entry head) {
        return head.named(validator, length);
    }

    public OpenResponse atHand(OriginResponse response) {
        return part.map(range -> OpenResponse.part(response, range)).orElseGet(() -> OpenResponse.whole(response));
    }
}
