package io.artifactvault.origin.wire;

import io.artifactvault.http.RequestBody;
import io.artifactvault.origin.Cancellation;
import io.artifactvault.origin.Hedges;
import io.artifactvault.origin.Interim;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.OriginSettings;
import io.artifactvault.origin.OutboundProxy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request over one connection and waits for the response head. Blocks its caller, which is a task, a fill, a
 * hedge or a prober, never an event loop. On any failure the connection is closed and nothing stays in memory.
 */
final class RequestSender {
    private final OriginSettings settings;
    private final ConnectionPool pool;
    private final Failures failures;
    private final Cancellation cancellation;

    RequestSender(OriginSettings settings, ConnectionPool pool, Failures failures, Cancellation cancellation) {
        this.settings = settings;
        this.pool = pool;
        this.failures = failures;
        this.cancellation = cancellation;
    }

    /**
     * Sends the request and waits for the head; returns empty when a reused connection turned out to be closed before
     * any octet arrived.
     */
    Optional<OriginResponse> send(Connection connection, OriginRequest request) throws OriginException {
        Inbox inbox = connection.newInbox();
        // Closing the connection ends every wait for the origin; a wait for the client's body ends with its client.
        Cancellation.Registration watch = cancellation.onCancel(connection::close);
        boolean received = false;
        try {
            Optional<OriginResponse> answer = converse(connection, inbox, watch, request);
            received = answer.isPresent();
            return answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failures.of(OriginFailure.INTERRUPTED, e);
        } catch (RejectedExecutionException e) {
            throw failures.of(OriginFailure.INTERRUPTED, e);
        } finally {
            if (!received) {
                watch.close();
                connection.close();
                inbox.cancel();
            }
        }
    }

    private Optional<OriginResponse> converse(
            Connection connection, Inbox inbox, Cancellation.Registration watch, OriginRequest request)
            throws OriginException, InterruptedException {
        // A request that waited must not be sent once its client has left.
        cancellation.check(failures.subject());
        Duration patience = request.patience().head().orElse(settings.headTimeout());
        Optional<RequestBody> body = request.body();
        connection.start(inbox, RequestHead.of(request, connection.forwarder()), body.isPresent());
        if (body.isPresent()) {
            sendBody(connection, inbox, body.get(), patience);
        }
        Hedges.sent();
        Inbox.Item first = firstOfFinal(inbox, patience);
        if (first instanceof Inbox.Head head) {
            refuseForwarders(connection, head);
            var conversation = new NettyResponse.Conversation(connection, inbox, pool, failures, watch);
            return Optional.of(new NettyResponse(
                    head, conversation, new BodyPace(settings.idleTimeout(), settings.minimumRate())));
        }
        if (first instanceof Inbox.Fault fault && fault.untouched() && connection.isReused()) {
            return Optional.empty();
        }
        throw failure(first);
    }

    /**
     * Waits for the final head. One deadline, which starts when the request's last byte is passed to the event loop,
     * covers all interim responses; null when it has passed.
     */
    private Inbox.@Nullable Item firstOfFinal(Inbox inbox, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Inbox.Item item = inbox.take(deadline - System.nanoTime());
        while (item instanceof Inbox.Early early) {
            Interim.tell(early.status(), early.fields());
            long left = deadline - System.nanoTime();
            item = left > 0 ? inbox.take(left) : null;
        }
        return item;
    }

    /** Fails if the response is the proxy's own, which must not be mistaken for the origin's. */
    private void refuseForwarders(Connection connection, Inbox.Head head) throws OriginException {
        Optional<OriginFailure> refusal =
                connection.forwarder().flatMap(_ -> OutboundProxy.ownRefusal(head.status(), head.fields()));
        if (refusal.isPresent()) {
            throw failures.of(refusal.get(), null);
        }
    }

    private OriginException failure(Inbox.@Nullable Item first) {
        return first instanceof Inbox.Fault fault
                ? failures.of(fault.failure(), fault.cause())
                : failures.of(OriginFailure.HEAD_TIMEOUT, null);
    }

    /** Sends the body. Stops when the origin responds before the end; the connection is then not reused. */
    private void sendBody(Connection connection, Inbox inbox, RequestBody body, Duration patience)
            throws OriginException, InterruptedException {
        long announced = body.length().orElse(-1);
        long sent = 0;
        ByteBuffer piece = read(body);
        while (piece != null) {
            sent += piece.remaining();
            if (announced >= 0 && sent > announced) {
                throw failures.of(OriginFailure.REQUEST_CUT, null);
            }
            awaitRoom(connection, inbox, patience);
            if (!inbox.isEmpty()) {
                return;
            }
            connection.write(piece);
            piece = read(body);
        }
        if (announced >= 0 && sent < announced) {
            throw failures.of(OriginFailure.REQUEST_CUT, null);
        }
        connection.finishRequest();
    }

    private @Nullable ByteBuffer read(RequestBody body) throws OriginException {
        try {
            return body.next();
        } catch (IOException e) {
            throw failures.of(OriginFailure.REQUEST_CUT, e);
        }
    }

    private void awaitRoom(Connection connection, Inbox inbox, Duration patience)
            throws OriginException, InterruptedException {
        // A body cannot be sent a second time, so an origin that stops reading it has as much time as for its response.
        if (!inbox.awaitUntil(connection::isWritable, patience.toNanos())) {
            throw failures.of(OriginFailure.HEAD_TIMEOUT, null);
        }
    }
}
