package io.artifactvault.cache.request;

import io.artifactvault.cache.work.Task;
import io.artifactvault.http.OriginId;
import io.artifactvault.origin.Hop;
import io.artifactvault.origin.OriginException;
import java.util.ArrayList;
import java.util.List;

/**
 * The requests to upstream and its responses on behalf of one request: hosts and status codes, never a path or a query.
 * Written by the task that sends the requests, read when the response is explained. Thread-safe.
 */
public final class UpstreamTrace {
    /** The trace of the request that this thread sends; bound by its {@link Task}. */
    public static final ScopedValue<UpstreamTrace> CURRENT = ScopedValue.newInstance();

    private static final int MOST = 32;

    /**
     * One upstream response, or a failure to get one.
     *
     * @param host scheme, host and port; empty for a failure
     * @param status 0 for a failure
     * @param failure empty for a response
     */
    public record Step(String host, int status, long millis, String failure) {
        @Override
        public String toString() {
            return failure.isEmpty() ? host + " " + status + " " + millis + "ms" : "failed: " + failure;
        }
    }

    private final List<Step> steps = new ArrayList<>(); // guarded by this

    /** Records the redirect chain of the request that this thread sends, if it has a trace. */
    public static void note(List<Hop> hops) {
        if (CURRENT.isBound()) {
            hops.forEach(hop -> CURRENT.get()
                    .add(new Step(
                            OriginId.of(hop.uri()).toString(),
                            hop.status(),
                            hop.took().toMillis(),
                            "")));
        }
    }

    public static void note(OriginException failure) {
        if (CURRENT.isBound()) {
            CURRENT.get().add(new Step("", 0, 0, failure.failure().name()));
        }
    }

    private synchronized void add(Step step) {
        if (steps.size() < MOST) {
            steps.add(step);
        }
    }

    /** The steps so far; a download that continues after its head is known may add further ones. */
    public synchronized List<Step> steps() {
        return List.copyOf(steps);
    }
}
