package io.artifactvault.origin;

import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A circuit breaker for each origin (scheme, host, port): one that fails again and again is not asked for a while, so that
 * nobody waits for it and what is stored is served at once. Counts a failure to connect, a reset and a timeout; 502, 503 and 504
 * only where one service stands behind all paths, because an answer shows that the host is there. Not 500, which speaks of one
 * resource; not 429, which is an answer; not what comes of the host's own certificate or address, which waiting does not mend.
 *
 * <p>Only requests without a body count: how long one with a body takes, and whether it arrives whole, is up to its client, and a
 * client must not be able to close an origin to all others. For the same reason such a request is never the probe. Called on fill
 * threads; thread-safe.
 */
final class BreakingOrigin implements Origin {
    private static final Logger log = LoggerFactory.getLogger(BreakingOrigin.class);

    private static final Set<OriginFailure> COUNTED = EnumSet.of(
            OriginFailure.DNS_FAILED,
            OriginFailure.CONNECT_REFUSED,
            OriginFailure.CONNECT_TIMEOUT,
            OriginFailure.RESET_BEFORE_HEAD,
            OriginFailure.HEAD_TIMEOUT,
            OriginFailure.PROXY_UNREACHABLE,
            OriginFailure.PROXY_FAILED);

    /** More hosts than fail at once in earnest; beyond, all are forgotten rather than kept without end. */
    private static final int MOST_REMEMBERED = 1000;

    private final Origin inner;
    private final BreakerSettings settings;
    private final Pacing pacing;
    private final Map<OriginId, Circuit> circuits = new ConcurrentHashMap<>();

    BreakingOrigin(Origin inner, BreakerSettings settings, Pacing pacing) {
        this.inner = inner;
        this.settings = settings;
        this.pacing = pacing;
    }

    @Override
    public OriginResponse send(OriginRequest request) throws OriginException {
        OriginId origin = OriginId.of(request.uri());
        if (circuits.size() >= MOST_REMEMBERED) {
            circuits.clear();
        }
        Circuit circuit = circuits.computeIfAbsent(origin, _ -> new Circuit(settings));
        boolean counts = request.body().isEmpty();
        Optional<Circuit.Refusal> refusal = circuit.enter(pacing.now(), counts);
        if (refusal.isPresent()) {
            throw refused(origin, refusal.get());
        }
        return counts ? counted(request, origin, circuit) : uncounted(request, origin, circuit);
    }

    /** An answer shows that the host is there; a failure may be the client's doing. */
    private OriginResponse uncounted(OriginRequest request, OriginId origin, Circuit circuit) throws OriginException {
        OriginResponse response = inner.send(request);
        if (!isGatewaysError(response.status())) {
            hear(origin, circuit, false);
        }
        return response;
    }

    private OriginResponse counted(OriginRequest request, OriginId origin, Circuit circuit) throws OriginException {
        boolean told = false;
        try {
            OriginResponse response = inner.send(request);
            told = true;
            hear(origin, circuit, request.purpose().oneService() && isGatewaysError(response.status()));
            return response;
        } catch (OriginException e) {
            told = !e.failure().isOurs();
            if (told) {
                hear(origin, circuit, COUNTED.contains(e.failure()));
            }
            throw e;
        } finally {
            if (!told) {
                circuit.abandoned();
            }
        }
    }

    private static boolean isGatewaysError(int status) {
        return status == 502 || status == 503 || status == 504;
    }

    private void hear(OriginId origin, Circuit circuit, boolean failed) {
        if (!failed) {
            circuit.succeeded();
            // What is well needs no memory; a redirect may name any number of hosts.
            circuits.computeIfPresent(origin, (_, known) -> known == circuit && known.isCalm() ? null : known);
        } else if (circuit.failed(pacing.now())) {
            log.warn(
                    "{} failed {} times in a row and is not asked for {} s; what is stored is served meanwhile",
                    origin,
                    settings.failures(),
                    settings.pause().toSeconds());
        }
    }

    private static OriginException refused(OriginId origin, Circuit.Refusal refusal) {
        Duration since = refusal.since();
        String why = refusal.failures() + " failures since " + since.toSeconds() + " s ago";
        return OriginException.notAsked(
                OriginFailure.CIRCUIT_OPEN, origin.authority(), why, refusal.again(), Fields.EMPTY);
    }

    /** Origins that are remembered as failing; for tests. */
    int remembered() {
        return circuits.size();
    }

    @Override
    public void close() {
        inner.close();
    }
}
