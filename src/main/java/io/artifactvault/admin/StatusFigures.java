package io.artifactvault.admin;

import java.util.Locale;
import java.util.Map;

/**
 * The numbers on the status page, taken from the metrics at one moment.
 *
 * @param answers number of responses by the value of X-Cache in lower case
 */
record StatusFigures(
        long storedBytes,
        long limitBytes,
        long files,
        Map<String, Long> answers,
        long sent,
        long received,
        long clients) {

    /** Reads the metrics. This may wait for the index, so it is called on a thread that may block. */
    static StatusFigures of(Metrics metrics) {
        return new StatusFigures(
                metrics.value("vault.store.bytes"),
                metrics.value("vault.store.limit.bytes"),
                metrics.value("vault.store.blobs"),
                metrics.sums("vault.requests", "outcome"),
                metrics.sums("vault.sent.bytes", "outcome").values().stream()
                        .mapToLong(Long::longValue)
                        .sum(),
                metrics.value("vault.upstream.received.bytes"),
                metrics.value("vault.clients.open"));
    }

    long percentStored() {
        return limitBytes <= 0 ? 0 : Math.min(100, Math.round(100.0 * storedBytes / limitBytes));
    }

    long count(String outcome) {
        return answers.getOrDefault(outcome, 0L);
    }

    /** The share of cacheable responses that came from the store; a dash while there are none. */
    String hitRatio() {
        long kept = count("hit") + count("stale") + count("revalidated");
        long all = kept + count("miss");
        return all == 0 ? "–" : String.format(Locale.ROOT, "%.1f %%", 100.0 * kept / all);
    }
}
