package io.artifactvault.origin.policy;

import io.artifactvault.http.OriginId;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.RequestContext;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Keeps each backend within its limits on connections, bandwidth and time. A request waits for a connection up to its
 * backend's timeout for a response head, then fails with CONNECTIONS_SPENT; clients are served in turn, and no client
 * can take all permits. Requests that belong to no backend have no limits. Called on the threads of tasks; thread-safe.
 */
public final class BoundedOrigin implements Origin {
    private final Origin inner;
    private final Map<String, Allowance> allowances;

    public BoundedOrigin(Origin inner, Map<String, BackendLimits> limits, Pacing pacing) {
        this.inner = inner;
        this.allowances = limits.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> new Allowance(entry.getValue(), pacing)));
    }

    @Override
    public OriginResponse send(OriginRequest request) throws OriginException {
        Allowance allowance = allowances.get(request.purpose().backend());
        return allowance == null ? inner.send(request) : send(request, allowance);
    }

    private OriginResponse send(OriginRequest request, Allowance allowance) throws OriginException {
        String subject = OriginId.of(request.uri()).authority();
        OriginRequest bounded = request.connectingWithin(allowance.timeout()).answeringWithin(allowance.timeout());
        FairPermits.Permit connection = connect(allowance, subject);
        boolean answered = false;
        try {
            OriginResponse response = new Limited(inner.send(bounded), allowance, connection, subject);
            answered = true;
            return response;
        } finally {
            if (!answered) {
                connection.close();
            }
        }
    }

    private FairPermits.Permit connect(Allowance allowance, String subject) throws OriginException {
        RequestContext context = RequestContext.current();
        try {
            // Cancellation is checked only while no permit is held: a request that is cancelled later fails in an inner
            // layer, which returns its connection.
            context.cancellation().check(subject);
            Optional<FairPermits.Permit> connection = allowance.connect(context);
            if (connection.isEmpty()) {
                context.cancellation().check(subject);
                throw new OriginException(OriginFailure.CONNECTIONS_SPENT, subject);
            }
            return connection.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OriginException(OriginFailure.INTERRUPTED, subject, e);
        }
    }

    /** A response in progress. Confined to the thread that reads it. */
    private static final class Limited extends ForwardingResponse {
        private final Allowance allowance;
        private final FairPermits.Permit connection;
        private final String subject;

        Limited(OriginResponse response, Allowance allowance, FairPermits.Permit connection, String subject) {
            super(response);
            this.allowance = allowance;
            this.connection = connection;
            this.subject = subject;
            // The permit is held only for a body, which may take long; a fill with a redirect or a response without a
            // body may send further requests meanwhile.
            if (status() / 100 != 2 || isBodiless()) {
                connection.close();
            }
        }

        /** Whether the response has no body; one to HEAD has none, although it has a Content-Length field. */
        private boolean isBodiless() {
            return contentLength().orElse(fields().has("Content-Length") ? 0 : 1) == 0;
        }

        @Override
        public <E extends Exception> boolean next(Sink<E> sink) throws OriginException, E {
            int[] count = {0};
            boolean more = super.next(bytes -> {
                count[0] = bytes.remaining();
                sink.accept(bytes);
            });
            if (more) {
                pay(count[0]);
            } else {
                connection.close();
            }
            return more;
        }

        private void pay(int bytes) throws OriginException {
            try {
                allowance.read(bytes);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new OriginException(OriginFailure.INTERRUPTED, subject, e);
            }
        }

        @Override
        public void close() {
            super.close();
            connection.close();
        }
    }

    @Override
    public void close() {
        inner.close();
    }
}
