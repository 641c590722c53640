package io.artifactvault.origin.redirect;

import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.http.ReadyBody;
import io.artifactvault.origin.Hop;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.wire.RequestHead;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The state of a redirect chain: the request to send next, and the hops so far. Decides where a redirect leads and
 * which fields are sent along; no I/O. Confined to the thread that follows the chain.
 */
final class RedirectChain {
    /** Fields that may be sent to every origin, in lower case. */
    private static final Set<String> FOR_ANY_ORIGIN = Set.of(
            "accept",
            "accept-charset",
            "accept-encoding",
            "accept-language",
            "cache-control",
            "cdn-loop",
            "content-disposition",
            "content-encoding",
            "content-language",
            "content-type",
            "if-match",
            "if-modified-since",
            "if-none-match",
            "if-range",
            "if-unmodified-since",
            "pragma",
            "prefer",
            "range",
            "user-agent",
            "via");

    private static final Set<String> CONTENT_FIELDS =
            Set.of("content-type", "content-encoding", "content-language", "content-location", "content-range");

    private final OriginId start;
    private final PrivateTargets startTargets;
    private final RedirectPolicy policy;
    private final Set<String> seen = new HashSet<>();
    private final List<Hop> hops = new ArrayList<>();
    private OriginRequest request;

    RedirectChain(OriginRequest first, RedirectPolicy policy) {
        this.start = OriginId.of(first.uri());
        this.startTargets = first.privateTargets();
        this.policy = policy;
        this.request = first;
    }

    OriginRequest request() {
        return request;
    }

    List<Hop> hops() {
        return List.copyOf(hops);
    }

    void add(Hop hop) {
        hops.add(hop);
    }

    /** Advances to the target of the last hop's response. */
    void advance() throws OriginException {
        Hop hop = hops.getLast();
        seen.add(identity(request));
        if (hops.size() > policy.most()) {
            throw failure(OriginFailure.TOO_MANY_REDIRECTS);
        }
        URI next = target(hop);
        OriginRequest moved = withMethodFor(hop.status()).withUri(next);
        request = OriginId.of(next).equals(OriginId.of(request.uri())) ? moved : stripped(moved);
        request = request.withPrivateTargets(targets(next));
        if (seen.contains(identity(request))) {
            throw failure(OriginFailure.REDIRECT_LOOP);
        }
    }

    private URI target(Hop hop) throws OriginException {
        List<String> locations = hop.fields().all("Location");
        boolean one = locations.stream().distinct().count() == 1;
        Optional<URI> next = one ? Location.resolve(hop.uri(), locations.getFirst()) : Optional.empty();
        return next.orElseThrow(() -> failure(OriginFailure.BAD_REDIRECT));
    }

    private OriginException failure(OriginFailure failure) {
        return new OriginException(failure, OriginId.of(hops.getLast().uri()).authority());
    }

    private static String identity(OriginRequest request) {
        return request.method() + " " + OriginId.of(request.uri()) + RequestHead.target(request.uri());
    }

    /**
     * The request with the method for the next hop (RFC 9110 §15.4): after 303 a GET; after 301 and 302 a POST becomes
     * a GET; 307 and 308 repeat the request.
     */
    private OriginRequest withMethodFor(int status) throws OriginException {
        boolean safe = request.method().equals("GET") || request.method().equals("HEAD");
        boolean rewritten = (status == 303 && !safe)
                || ((status == 301 || status == 302) && request.method().equals("POST"));
        if (rewritten) {
            return request.withMethod("GET")
                    .withBody(Optional.empty())
                    .withFields(without(request.fields(), CONTENT_FIELDS::contains));
        }
        if (request.body().isEmpty() || status == 303) {
            return request.withBody(Optional.empty());
        }
        if (request.body().get() instanceof ReadyBody body) {
            return request.withBody(Optional.of(body.again()));
        }
        throw failure(OriginFailure.BAD_REDIRECT);
    }

    /**
     * Removes the fields that another origin must not receive. They must not reappear if a later hop leads back.
     * Because keys and tokens have many names, only fields that are safe for every origin are kept.
     */
    static OriginRequest stripped(OriginRequest moved) {
        return moved.withCredential(Optional.empty()).withFields(moved.fields().only(FOR_ANY_ORIGIN));
    }

    private static Fields without(Fields fields, Predicate<String> lowerCaseName) {
        Fields.Builder kept = Fields.builder();
        fields.forEach((name, value) -> {
            if (!lowerCaseName.test(name.toLowerCase(Locale.ROOT))) {
                kept.add(name, value);
            }
        });
        return kept.build();
    }

    private PrivateTargets targets(URI next) {
        return OriginId.of(next).equals(start) ? startTargets : policy.privateTargets();
    }
}
