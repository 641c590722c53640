package io.artifactvault.cache.fetch;

import io.artifactvault.backend.Upstream;
import io.artifactvault.http.Fields;
import io.artifactvault.http.conditional.RangeSpec;
import io.artifactvault.origin.OriginRequest;
import java.util.List;
import java.util.Optional;

/**
 * One attempt to forward a client's request: the conditions and the range that are sent with it. The first attempt is
 * conditional and requests no more than the client needs; the next one requests the whole representation. Pure and
 * immutable.
 *
 * @param conditional whether conditions are sent, if there are any
 * @param range the value of the Range field; empty for the whole representation
 */
record HttpAttempt(HttpForwarding forwarded, boolean conditional, Optional<String> range) {
    /** The condition fields of a client, which refer to the client's own copy. */
    private static final List<String> CONDITIONS = List.of("If-None-Match", "If-Modified-Since", "If-Range");

    static HttpAttempt first(HttpForwarding forwarded) {
        HttpAttempt whole = new HttpAttempt(forwarded, true, Optional.empty());
        return new HttpAttempt(forwarded, true, whole.firstRange());
    }

    /** The next attempt: without conditions, for the whole representation. */
    HttpAttempt whole() {
        return new HttpAttempt(forwarded, false, Optional.empty());
    }

    OriginRequest request() {
        Upstream upstream = forwarded.resource().upstream();
        return new OriginRequest(
                forwarded.message().method(),
                upstream.uri(),
                fields(upstream.fields()),
                upstream.credential(),
                forwarded.message().body(),
                true);
    }

    /**
     * The fields of the request. Both If-None-Match and If-Modified-Since may be sent; the origin then uses the former
     * (RFC 9111 §4.3.1). A range applies only if the stored response is no longer valid (RFC 9110 §13.2.2).
     */
    private Fields fields(Fields base) {
        Fields.Builder fields = base.toBuilder();
        if (validates()) {
            Fields stored = forwarded.stored().get().entry().fields();
            stored.first("ETag").ifPresent(tag -> fields.set("If-None-Match", tag));
            stored.first("Last-Modified").ifPresent(date -> fields.set("If-Modified-Since", date));
        } else if (forwardsConditions()) {
            Fields ofClient = forwarded.resource().selecting();
            CONDITIONS.forEach(name -> ofClient.all(name).forEach(value -> fields.add(name, value)));
        }
        range.ifPresent(value -> fields.set("Range", value));
        return fields.build();
    }

    /** Whether the request is conditional on the stored response. */
    boolean validates() {
        return forwarded.validate() && conditional && forwarded.stored().isPresent();
    }

    /**
     * Whether the client's own conditions are sent: the origin may evaluate them if the response is for no other
     * request (RFC 9110 §13.2.1). Requests other than plain reads are forwarded with all their fields.
     */
    boolean forwardsConditions() {
        return !forwarded.shared()
                && conditional
                && !validates()
                && forwarded.message().isPlainRead();
    }

    /**
     * The range of missing content that is requested first: the client's own range, or the first of several; the others
     * are fetched later.
     */
    private Optional<String> firstRange() {
        Fields fields = forwarded.message().fields();
        boolean counts = forwarded.message().method().equals("GET")
                && forwarded.message().isPlainRead()
                && fields.all("Range").size() == 1
                && (!fields.has("If-Range") || forwardsConditions());
        RangeSpec requested = RangeSpec.parse(fields.first("Range"));
        if (!counts || requested.parts().size() == 1) {
            return fields.first("Range").filter(_ -> counts);
        }
        return requested.parts().stream().findFirst().map(RangeSpec.Part::field);
    }
}
