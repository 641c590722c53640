package io.artifactvault.origin.policy;

import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.RequestContext;
import io.artifactvault.origin.policy.Circuit.Attempt;
import io.artifactvault.origin.policy.Circuit.Cause;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A circuit breaker for each origin (scheme, host, port): only the vault's probes contact an origin that fails
 * repeatedly, so that no client waits for it and stored responses are served immediately. A failed name resolution and
 * a failed connection concern the origin. A reset, a timeout, and 502, 503 or 504 where one service serves all paths,
 * concern a path: once several unrelated paths have failed without a response in between, the vault probes others, and
 * stops sending requests when they also fail. A client that requests paths known to fail therefore cannot block an
 * origin for other clients. Not counted: 500, which concerns one resource; 429, which is a response; and errors of the
 * host's certificate or address, which waiting does not fix.
 *
 * <p>Is the layer above the retries, so that a request counts once, however often it is retried. Only requests without
 * a body count: the client determines how long a request with a body takes and whether it arrives complete, and a
 * client must not be able to block an origin for others. Called on the threads of tasks and fills; thread-safe.
 */
public final class CircuitBreakingOrigin implements Origin {
    private static final Logger log = LoggerFactory.getLogger(CircuitBreakingOrigin.class);

    private final Origin inner;
    private final Circuits circuits;
    private final Prober prober;
    private final Pacing pacing;
    private final InstantSource clock;

    public CircuitBreakingOrigin(Origin inner, Circuits circuits, Prober prober, Pacing pacing, InstantSource clock) {
        this.inner = inner;
        this.circuits = circuits;
        this.prober = prober;
        this.pacing = pacing;
        this.clock = clock;
    }

    @Override
    public OriginResponse send(OriginRequest request) throws OriginException {
        OriginId origin = OriginId.of(request.uri());
        Circuit circuit = circuits.of(origin);
        boolean counts = request.body().isEmpty();
        Duration began = pacing.now();
        Optional<Circuit.Refusal> refusal = circuit.enter(began, counts);
        if (circuit.isOpen()) {
            // A client requests an origin again that was no longer probed; probes start, because this request may take
            // long.
            prober.watch(origin, circuit, request);
        }
        if (refusal.isPresent()) {
            throw refused(origin, refusal.get());
        }
        return counts ? counted(request, origin, circuit, began) : uncounted(request, origin, circuit);
    }

    /**
     * Sends a request whose failure does not count, because the client may cause it; a response still shows that the
     * host works.
     */
    private OriginResponse uncounted(OriginRequest request, OriginId origin, Circuit circuit) throws OriginException {
        OriginResponse response = inner.send(request);
        if (!HealthSigns.isFailing(response, request.purpose())) {
            circuits.answered(origin, circuit);
        }
        return response;
    }

    private OriginResponse counted(OriginRequest request, OriginId origin, Circuit circuit, Duration began)
            throws OriginException {
        boolean conclusive = false;
        try {
            OriginResponse response = inner.send(request);
            conclusive = true;
            if (HealthSigns.isFailing(response, request.purpose())) {
                failed(request, began, new Cause(false, "the response was " + response.status(), clock.instant()));
            } else {
                circuits.answered(origin, circuit);
                rememberGood(request, origin, response);
            }
            return response;
        } catch (OriginException e) {
            conclusive = HealthSigns.isConclusive(e.failure());
            if (conclusive && HealthSigns.isFailing(e.failure())) {
                String sentence = e.failure().sentence();
                Cause cause = new Cause(HealthSigns.isOfOrigin(e.failure()), sentence, clock.instant());
                failed(request, began, cause);
            } else if (conclusive) {
                circuits.answered(origin, circuit);
            }
            throw e;
        } finally {
            if (!conclusive) {
                circuit.abandoned();
            }
        }
    }

    private void rememberGood(OriginRequest request, OriginId origin, OriginResponse response) {
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        if (reads && response.status() < 500) {
            circuits.succeeded(origin, request.uri().getRawPath());
        }
    }

    private void failed(OriginRequest request, Duration began, Cause cause) {
        OriginId origin = OriginId.of(request.uri());
        // The circuit is looked up again, because a response to another request may have removed the one that was
        // entered.
        Circuit circuit = circuits.of(origin);
        if (circuit.failed(attempt(request, began), cause, pacing.now())) {
            circuits.report(origin, cause);
        }
        boolean probed = circuit.isOpen() || circuit.isDoubted();
        if (probed && !prober.watch(origin, circuit, request)) {
            log.debug("Too many origins are being probed; not probing {}", origin);
        }
    }

    private static Attempt attempt(OriginRequest request, Duration began) {
        int task = System.identityHashCode(RequestContext.current().cancellation());
        String path = request.uri().getRawPath();
        return new Attempt(
                task, path.startsWith("/") ? path : "/", request.purpose().subjectOf(request.uri()), began);
    }

    private static OriginException refused(OriginId origin, Circuit.Refusal refusal) {
        LocalTime since =
                LocalTime.ofInstant(refusal.cause().at(), ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS);
        String why = refusal.cause().sentence() + ", since " + since + " UTC";
        return OriginException.notAsked(
                OriginFailure.CIRCUIT_OPEN, origin.authority(), why, refusal.again(), Fields.EMPTY);
    }

    @Override
    public void close() {
        prober.close();
        inner.close();
    }
}
