package io.artifactvault.cache.upstream;

import io.artifactvault.backend.Upstream;
import io.artifactvault.http.Fields;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.http.conditional.Validator;
import io.artifactvault.origin.Hedges;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.redirect.RedirectFollower.Arrival;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Requests the bytes of one content: directly from the last redirect target, or, when that host refuses (a signed URL
 * expires within minutes to hours), from upstream again. For tasks and the streams of fills; thread-safe.
 */
public final class ContentSource {
    private final Upstreams upstreams;
    private final Representation content;
    private volatile @Nullable OriginRequest straight;

    /** @param straight the request for a location that is already known, without Range */
    public ContentSource(Upstreams upstreams, Representation content, Optional<OriginRequest> straight) {
        this.upstreams = upstreams;
        this.content = content;
        this.straight = straight.orElse(null);
    }

    /**
     * Requests one part.
     *
     * @throws OriginException if upstream fails, refuses, or now has content other than the entry's
     */
    public RangeResponse ask(ByteRange range) throws OriginException {
        OriginRequest known = straight;
        if (known != null) {
            Optional<RangeResponse> answer = askStraight(known, range);
            if (answer.isPresent()) {
                return answer.get();
            }
        }
        Upstream upstream = content.upstream();
        OriginRequest request = new OriginRequest(
                "GET", upstream.uri(), upstream.fields(), upstream.credential(), Optional.empty(), true);
        Arrival arrival = follow(request, range);
        try {
            RangeResponse answer = RangeResponse.of(arrival, content, range);
            straight = arrival.request().withFields(arrival.request().fields().without("Range", "If-Range"));
            return answer;
        } catch (OriginException e) {
            arrival.close();
            throw e;
        }
    }

    /** Requested ranges are extended to multiples of this size in bytes. */
    public int rangeUnit() {
        return content.resource().rangeUnit();
    }

    /** The length of the whole content, which is known. */
    public long length() {
        return content.entry().length().orElseThrow();
    }

    /** The budget for hedges, requests on second connections. */
    Hedges hedges() {
        return upstreams.hedges();
    }

    /** The location of the next request. */
    URI target() {
        OriginRequest known = straight;
        return known == null ? content.upstream().uri() : known.uri();
    }

    /** Requests a range from the known location; empty if that location no longer serves the content. */
    private Optional<RangeResponse> askStraight(OriginRequest known, ByteRange range) throws OriginException {
        boolean received = false;
        try {
            Arrival arrival = follow(known, range);
            Optional<RangeResponse> answer = RangeResponse.ofPlace(arrival, content, range);
            received = answer.isPresent();
            if (!received) {
                arrival.close();
            }
            return answer;
        } finally {
            if (!received) {
                straight = null;
            }
        }
    }

    private Arrival follow(OriginRequest request, ByteRange range) throws OriginException {
        Fields.Builder fields =
                request.fields().toBuilder().set("Range", "bytes=" + range.first() + "-" + range.last());
        if (!content.isProven()) {
            // No digest will be checked at the end, so the response must show that the content is unchanged (RFC 9110
            // §13.1.5).
            Validator.strong(content.entry().fields())
                    .ifPresent(validator -> fields.set("If-Range", validator.toString()));
        }
        OriginRequest sent = request.withFields(fields.build());
        return upstreams.follow(content.isProven() ? sent.verified() : sent, content.resource(), _ -> false);
    }
}
