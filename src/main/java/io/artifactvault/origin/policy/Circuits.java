package io.artifactvault.origin.policy;

import io.artifactvault.http.OriginId;
import io.artifactvault.origin.BreakerSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The circuits of failing origins (scheme, host, port). Of healthy origins it keeps only the path to which each
 * responded last. Thread-safe.
 */
public final class Circuits {
    private static final Logger log = LoggerFactory.getLogger(Circuits.class);

    /**
     * The maximum number of healthy origins whose last path is kept, because redirects can name any number of hosts.
     */
    private static final int MOST_REMEMBERED = 1000;

    private static final int LONGEST_PATH = 1024;

    private final BreakerSettings settings;
    private final Map<OriginId, Circuit> circuits = new ConcurrentHashMap<>();

    /** Guarded by itself; the origin that responded longest ago is removed first. */
    private final Map<OriginId, String> lastGood = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<OriginId, String> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    public Circuits(BreakerSettings settings) {
        this.settings = settings;
    }

    Circuit of(OriginId origin) {
        if (circuits.size() >= MOST_REMEMBERED) {
            circuits.values().removeIf(circuit -> !circuit.isWatched());
        }
        return circuits.computeIfAbsent(origin, _ -> new Circuit(settings));
    }

    /** Called when the origin responded. */
    void answered(OriginId origin, Circuit circuit) {
        if (circuit.answered()) {
            log.info("{} responds again", origin);
        }
        circuits.computeIfPresent(origin, (_, known) -> known == circuit && known.isCalm() ? null : known);
    }

    /**
     * Records that the origin responded to a GET or HEAD for the path without an error. The path has no query, which
     * may be a signature.
     */
    void succeeded(OriginId origin, String path) {
        if (path.length() <= LONGEST_PATH && path.startsWith("/")) {
            synchronized (lastGood) {
                lastGood.put(origin, path);
            }
        }
    }

    /** The path to which the origin last responded. */
    Optional<String> lastGood(OriginId origin) {
        synchronized (lastGood) {
            return Optional.ofNullable(lastGood.get(origin));
        }
    }

    /** Whether the origin was recently unreachable. */
    boolean isSuspect(OriginId origin) {
        Circuit circuit = circuits.get(origin);
        return circuit != null && circuit.isSuspect();
    }

    /** Origins to which no requests are sent. */
    public List<OriginId> open() {
        return circuits.entrySet().stream()
                .filter(entry -> entry.getValue().isOpen())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Logs why no requests are sent to an origin. */
    void report(OriginId origin, Circuit.Cause cause) {
        Duration pause = settings.pause();
        boolean seldom = pause.compareTo(Duration.ofSeconds(2)) > 0;
        log.warn(
                "{} receives no requests, because {}; the vault serves stored responses and probes it every {} ms{}",
                origin,
                cause.sentence(),
                pause.toMillis(),
                seldom ? " (breaker_pause)" : "");
    }

    /** Origins that are remembered as failing. */
    int size() {
        return circuits.size();
    }
}
