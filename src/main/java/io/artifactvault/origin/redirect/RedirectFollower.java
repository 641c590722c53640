package io.artifactvault.origin.redirect;

import static java.util.stream.Collectors.joining;

import io.artifactvault.http.OriginId;
import io.artifactvault.http.ReadyBody;
import io.artifactvault.http.RequestBody;
import io.artifactvault.origin.Hop;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.wire.StartedBody;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a request and follows 301, 302, 303, 307 and 308, relative and absolute, on the caller's thread.
 *
 * <p>The credential goes to the first request's origin only: once a hop leaves that origin it is dropped for good, and
 * so are all fields that are not safe to send to every origin, such as Cookie and API keys in custom fields. The
 * request fails if the redirects form a loop, are too many or lead into a private network. The chain is logged at INFO
 * as hosts and status codes, never with a query. When the bytes will be verified, mirrors replace an origin that fails,
 * each with its own chain.
 */
public final class RedirectFollower {
    /**
     * The chain and its last response, still open; the last hop describes {@code response}.
     *
     * @param request the request as sent on the last hop, from which fields for other origins were removed
     */
    public record Arrival(List<Hop> hops, OriginRequest request, OriginResponse response) implements AutoCloseable {
        public Hop last() {
            return hops.getLast();
        }

        @Override
        public void close() {
            response.close();
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(RedirectFollower.class);

    /**
     * The maximum length in bytes of a request body that is held in memory, so that it can be sent again after a
     * redirect.
     */
    private static final int LONGEST_REPEATABLE = 64 * 1024;

    private final Origin origin;

    public RedirectFollower(Origin origin) {
        this.origin = origin;
    }

    /**
     * @param enough called at each redirect with the hops so far; returns true to stop there and use that response
     * @throws OriginException any failure of a hop, or of the chain itself
     */
    public Arrival follow(OriginRequest request, RedirectPolicy policy, Predicate<List<Hop>> enough)
            throws OriginException {
        return request.purpose().hasAlternatives()
                ? followAnywhere(request, policy, enough)
                : followOne(request, policy, enough);
    }

    /**
     * Follows the chain from the origin, and if that fails from each mirror; the first mirror that delivers replaces
     * the origin, otherwise the origin's response is returned.
     */
    private Arrival followAnywhere(OriginRequest request, RedirectPolicy policy, Predicate<List<Hop>> enough)
            throws OriginException {
        try {
            Arrival arrival = followOne(request, policy, enough);
            if (!Mirrors.areNeededFor(arrival.response().status())) {
                return arrival;
            }
            Optional<Arrival> elsewhere = followMirrors(request, policy, enough);
            elsewhere.ifPresent(_ -> arrival.close());
            return elsewhere.orElse(arrival);
        } catch (OriginException e) {
            if (!Mirrors.areNeededFor(e.failure())) {
                throw e;
            }
            return followMirrors(request, policy, enough).orElseThrow(() -> e);
        }
    }

    private Optional<Arrival> followMirrors(OriginRequest request, RedirectPolicy policy, Predicate<List<Hop>> enough)
            throws OriginException {
        for (OriginRequest elsewhere : Mirrors.of(request)) {
            Optional<Arrival> arrival = followMirror(elsewhere, policy, enough);
            if (arrival.isPresent()) {
                return arrival;
            }
        }
        return Optional.empty();
    }

    private Optional<Arrival> followMirror(OriginRequest request, RedirectPolicy policy, Predicate<List<Hop>> enough)
            throws OriginException {
        try {
            Arrival arrival = followOne(request, policy, enough);
            if (Mirrors.delivers(arrival.response().status())) {
                LOG.info("The mirror {} replaces the failed host", OriginId.of(request.uri()));
                return Optional.of(arrival);
            }
            arrival.close();
        } catch (OriginException e) {
            if (e.failure().isOurs()) {
                throw e;
            }
            LOG.info("A mirror also failed: {}", e.getMessage());
        }
        return Optional.empty();
    }

    private Arrival followOne(OriginRequest request, RedirectPolicy policy, Predicate<List<Hop>> enough)
            throws OriginException {
        RedirectChain chain = new RedirectChain(withContent(request), policy);
        try {
            Arrival arrival = follow(chain, enough);
            log(chain, "");
            return arrival;
        } catch (OriginException e) {
            log(chain, ", failed: " + e.failure());
            throw e;
        }
    }

    /**
     * The request for the target of an arrival's redirect, for callers that stopped there and continue later.
     *
     * @throws OriginException when it has no valid target
     */
    public static OriginRequest beyond(Arrival redirect, RedirectPolicy policy) throws OriginException {
        RedirectChain chain = new RedirectChain(redirect.request(), policy);
        chain.add(redirect.last());
        chain.advance();
        return chain.request();
    }

    private Arrival follow(RedirectChain chain, Predicate<List<Hop>> enough) throws OriginException {
        while (true) {
            OriginResponse response = sendTimed(chain);
            boolean arrived = false;
            try {
                boolean redirect = chain.hops().getLast().isRedirect();
                arrived = !redirect || enough.test(chain.hops());
                if (arrived) {
                    return new Arrival(chain.hops(), chain.request(), response);
                }
                chain.advance();
            } finally {
                if (!arrived) {
                    response.close();
                }
            }
        }
    }

    private OriginResponse sendTimed(RedirectChain chain) throws OriginException {
        long start = System.nanoTime();
        OriginResponse response = origin.send(chain.request());
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        chain.add(new Hop(chain.request().uri(), response.status(), response.fields(), took));
        return response;
    }

    /**
     * Waits until a short body has arrived completely, or a long one has begun, before any resource of upstream is
     * used, because a client may send slowly.
     */
    private static OriginRequest withContent(OriginRequest request) throws OriginException {
        Optional<RequestBody> body = request.body();
        if (body.isEmpty() || body.get() instanceof StartedBody) {
            return request;
        }
        try {
            RequestBody content = isRepeatable(body.get())
                    ? ReadyBody.copyOf(body.get(), LONGEST_REPEATABLE)
                    : StartedBody.of(body.get());
            return request.withBody(Optional.of(content));
        } catch (IOException e) {
            String subject = OriginId.of(request.uri()).authority();
            throw new OriginException(OriginFailure.REQUEST_CUT, subject, e);
        }
    }

    /**
     * Whether the body is short enough to be sent again: the Hub responds to a POST to a renamed repository with 307.
     */
    private static boolean isRepeatable(RequestBody body) {
        return body.length().stream().anyMatch(length -> length <= LONGEST_REPEATABLE);
    }

    /** Logs hosts and status codes only, because signed URLs are credentials. */
    private static void log(RedirectChain chain, String outcome) {
        List<Hop> hops = chain.hops();
        if (hops.isEmpty() || !hops.getFirst().isRedirect()) {
            return;
        }
        String path = hops.stream()
                .map(hop -> OriginId.of(hop.uri()) + " " + hop.status())
                .collect(joining(" -> "));
        long millis = hops.stream().mapToLong(hop -> hop.took().toMillis()).sum();
        LOG.info(
                "redirect chain: {} ({} {}, {} ms{})",
                path,
                hops.size(),
                hops.size() == 1 ? "hop" : "hops",
                millis,
                outcome);
    }
}
