package io.artifactvault.proofs.attack;

import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.Fields;
import io.artifactvault.testhub.OriginReply;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An HTTP origin whose answers take their time, or no end. What it does is told by the first segment of the path, see {@link
 * #answer}; the second is a number of the client's choice. Thread-safe.
 */
public final class AwkwardOrigin implements AutoCloseable {
    private static final int SMALL = 20_000;
    private static final int MEDIUM = 512 << 10;
    private static final int LARGE = 32_000_000;
    private static final int DRIP = 1_000;
    private static final int PIECE = 1 << 16;
    private static final Duration LATE = Duration.ofSeconds(2);
    private static final Duration SLOWLY = Duration.ofSeconds(3);
    private static final Duration BREATH = Duration.ofMillis(20);
    private static final Content FILLING = Content.generated(LARGE, 4);

    private final ScriptedOrigin origin = ScriptedOrigin.open("http", "127.0.0.1", 0, this::answer);
    private final CountDownLatch released = new CountDownLatch(1);
    private final Set<String> orders = ConcurrentHashMap.newKeySet();
    private final AtomicLong endless = new AtomicLong();
    private final Arrivals late;

    /** @param late counts requests for {@code /late/} */
    public AwkwardOrigin(Arrivals late) {
        this.late = late;
    }

    /** The content of {@code /small/<number>}. */
    public static Content small(int number) {
        return Content.generated(SMALL, 1_000_000L + number);
    }

    /** The content of {@code /medium/<number>} and {@code /drip/<number>}. */
    public static Content medium(int number) {
        return Content.generated(MEDIUM, 2_000_000L + number);
    }

    private void answer(OriginRequest request, OriginReply reply) throws IOException {
        String[] segments = request.path().substring(1).split("/", -1);
        int number = segments.length > 1 && !segments[1].isEmpty() ? Integer.parseInt(segments[1]) : 0;
        switch (segments[0]) {
            case "small" -> cacheable(reply, number).serve(small(number));
            case "medium" -> cacheable(reply, number).serve(medium(number));
            case "drip" -> cacheable(reply, number).throttle(DRIP).serve(medium(number));
            case "late" -> {
                late.add();
                reply.delayUnlessClosed(LATE);
                cacheable(reply, number).serve(medium(number));
            }
            case "stream" -> reply.field("Cache-Control", "no-store").serve(FILLING);
            case "endless" -> endless(reply);
            case "hang" -> reply.neverAnswer();
            case "held" -> held(reply);
            case "order" -> {
                orders.add(request.path());
                reply.status(200).answer("done");
            }
            case "sink" -> reply.status(200).answer("swallowed");
            case "interim" -> interim(reply, number);
            default -> reply.status(404).answer("No such thing");
        }
    }

    private static OriginReply cacheable(OriginReply reply, int number) {
        return reply.field("Cache-Control", "public, max-age=3600")
                .field("ETag", "\"" + number + "\"")
                .asContent();
    }

    private void endless(OriginReply reply) throws IOException {
        reply.field("Cache-Control", "public, max-age=3600").chunked();
        byte[] piece = FILLING.bytes(0, PIECE);
        while (true) {
            reply.send(piece);
            endless.addAndGet(PIECE);
            if (endless.get() % (PIECE * 64L) == 0) {
                reply.delay(BREATH);
            }
        }
    }

    private void held(OriginReply reply) throws IOException {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reply.field("Cache-Control", "no-store").answer("released");
    }

    /** Interim answers without end: for odd numbers one every three seconds, for even ones fifty a second, for 0
     * as many as it can. */
    private static void interim(OriginReply reply, int number) throws IOException {
        while (true) {
            reply.informational(103, Fields.of("Link", "</style.css>; rel=preload"));
            if (number > 0) {
                reply.delay(number % 2 == 0 ? BREATH : SLOWLY);
            }
        }
    }

    /** Lets all {@code /held/} requests be answered. */
    public void release() {
        released.countDown();
    }

    /** The paths of {@code /order/} that were executed. */
    public int orders() {
        return orders.size();
    }

    /** Bytes of {@code /endless/} that were sent so far. */
    public long endlessBytes() {
        return endless.get();
    }

    public String base() {
        return origin.base();
    }

    public ScriptedOrigin origin() {
        return origin;
    }

    @Override
    public void close() {
        release();
        origin.close();
    }
}
