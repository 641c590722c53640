package io.artifactvault.origin;

import io.artifactvault.http.OriginId;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Keeps each backend within its limits on connections and bandwidth. A request waits for a connection as long as for an
 * answer's head, then fails with CONNECTIONS_SPENT. Called on fill threads; thread-safe.
 */
final class LimitingOrigin implements Origin {
    private final Origin inner;
    private final Map<String, Allowance> allowances;
    private final Duration patience;

    LimitingOrigin(Origin inner, Map<String, BackendLimits> limits, Duration patience, Pacing pacing) {
        this.inner = inner;
        this.patience = patience;
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
        connect(allowance, subject);
        boolean answered = false;
        try {
            OriginResponse response = new Limited(inner.send(request), allowance, subject);
            answered = true;
            return response;
        } finally {
            if (!answered) {
                allowance.disconnect();
            }
        }
    }

    private void connect(Allowance allowance, String subject) throws OriginException {
        try {
            if (!allowance.connect(patience)) {
                throw new OriginException(OriginFailure.CONNECTIONS_SPENT, subject);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OriginException(OriginFailure.INTERRUPTED, subject, e);
        }
    }

    /** An answer under way. Confined to the fill thread that asked. */
    private static final class Limited extends ForwardingResponse {
        private final Allowance allowance;
        private final String subject;
        private boolean connected = true;

        Limited(OriginResponse response, Allowance allowance, String subject) {
            super(response);
            this.allowance = allowance;
            this.subject = subject;
            // Only a body takes long; a fill that has a redirect or a head in hand may ask for more.
            if (status() / 100 != 2 || isBodiless()) {
                disconnect();
            }
        }

        /** An answer to HEAD has a Content-Length among its fields, but frames no body by it. */
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
                disconnect();
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

        private void disconnect() {
            if (connected) {
                connected = false;
                allowance.disconnect();
            }
        }

        @Override
        public void close() {
            super.close();
            disconnect();
        }
    }

    @Override
    public void close() {
        inner.close();
    }
}
