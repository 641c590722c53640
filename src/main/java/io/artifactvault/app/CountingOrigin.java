package io.artifactvault.app;

import io.artifactvault.admin.Metrics;
import io.artifactvault.http.OriginId;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.policy.ForwardingResponse;
import java.util.Locale;
import java.util.Set;

/** Counts requests to upstream and their responses. Runs on the threads of tasks, like the origin that it wraps. */
record CountingOrigin(Origin origin, Set<OriginId> backends, Metrics metrics) implements Origin {
    @Override
    public OriginResponse send(OriginRequest request) throws OriginException {
        boolean home = backends.contains(OriginId.of(request.uri()));
        try {
            OriginResponse response = origin.send(request);
            metrics.asked(home, Integer.toString(response.status()));
            return new Counted(response, metrics);
        } catch (OriginException e) {
            metrics.asked(home, e.failure().name().toLowerCase(Locale.ROOT));
            throw e;
        }
    }

    @Override
    public void close() {
        origin.close();
    }

    private static final class Counted extends ForwardingResponse {
        private final Metrics metrics;

        Counted(OriginResponse response, Metrics metrics) {
            super(response);
            this.metrics = metrics;
        }

        @Override
        public <E extends Exception> boolean next(Sink<E> sink) throws OriginException, E {
            return super.next(bytes -> {
                metrics.fetched(bytes.remaining());
                sink.accept(bytes);
            });
        }
    }
}
