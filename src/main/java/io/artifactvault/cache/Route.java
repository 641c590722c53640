package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.http.ByteRange;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Validator;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.RedirectFollower.Arrival;
import io.artifactvault.store.Entry;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the bytes of one content are asked for: straight at the place to which upstream redirected last, and when that place
 * refuses (a signed address expires within minutes to hours), at upstream anew. For tasks and the streams of fills; thread-safe.
 */
final class Route {
    private final Engine engine;
    private final Resource resource;
    private final Entry entry;
    private volatile @Nullable OriginRequest straight;

    /** @param straight a place known already, without Range */
    Route(Engine engine, Resource resource, Entry entry, Optional<OriginRequest> straight) {
        this.engine = engine;
        this.resource = resource;
        this.entry = entry;
        this.straight = straight.orElse(null);
    }

    /**
     * Asks for one part.
     *
     * @throws OriginException when upstream fails, refuses, or has other content than the entry's by now
     */
    RangedAnswer ask(ByteRange range) throws OriginException {
        OriginRequest known = straight;
        if (known != null) {
            Optional<RangedAnswer> answer = askStraight(known, range);
            if (answer.isPresent()) {
                return answer.get();
            }
        }
        Upstream upstream = resource.upstream();
        OriginRequest request = new OriginRequest(
                "GET", upstream.uri(), upstream.fields(), upstream.credential(), Optional.empty(), true);
        Arrival arrival = follow(request, range);
        try {
            RangedAnswer answer = RangedAnswer.of(arrival, resource, entry, range);
            straight = arrival.request().withFields(arrival.request().fields().without("Range", "If-Range"));
            return answer;
        } catch (OriginException e) {
            arrival.close();
            throw e;
        }
    }

    /** The place that is asked next. */
    URI target() {
        OriginRequest known = straight;
        return known == null ? resource.upstream().uri() : known.uri();
    }

    /** Empty when that place does not give it any more. */
    private Optional<RangedAnswer> askStraight(OriginRequest known, ByteRange range) throws OriginException {
        boolean given = false;
        try {
            Arrival arrival = follow(known, range);
            Optional<RangedAnswer> answer = RangedAnswer.ofPlace(arrival, entry, range);
            given = answer.isPresent();
            if (!given) {
                arrival.close();
            }
            return answer;
        } finally {
            if (!given) {
                straight = null;
            }
        }
    }

    private Arrival follow(OriginRequest request, ByteRange range) throws OriginException {
        Fields.Builder fields =
                request.fields().toBuilder().set("Range", "bytes=" + range.first() + "-" + range.last());
        if (!isProven(entry)) {
            // Nobody checks the whole at the end, so upstream has to say that it is still the same (RFC 9110 §13.1.5).
            Validator.strong(entry.fields()).ifPresent(validator -> fields.set("If-Range", validator.toString()));
        }
        OriginRequest asked = request.withFields(fields.build());
        return engine.follow(isProven(entry) ? asked.verified() : asked, resource, _ -> false);
    }

    /** Whether what broke off can be gone on with: its parts can be told to belong together. */
    static boolean canResume(Entry entry) {
        return entry.length().isPresent()
                && (entry.content().isPresent()
                        || Validator.strong(entry.fields()).isPresent());
    }

    /** Whether a digest will tell at the end that the content is right. */
    static boolean isProven(Entry entry) {
        return entry.content().filter(Digest::isProof).isPresent();
    }
}
