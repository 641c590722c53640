package io.artifactvault.proofs;

import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.OriginReply;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.ScriptedOrigin;
import io.artifactvault.testhub.TestHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A Hub, its CDN and an HTTP origin, which fail and recover together. The first segment of a path of the HTTP origin says how it
 * answers. Thread-safe, but only one thread changes its state.
 */
final class OutageOrigins implements AutoCloseable {
    /** The name of Hub and HTTP origin where a vault finds them by name. */
    static final String NAME = "origin.test";

    static final int SMALL = 20_000;
    static final int DRIPPED = 200_000;
    private static final int STALLS_AT = 60_000;
    private static final Duration DRIP = Duration.ofSeconds(1);

    private final TestHub hub = TestHub.empty();
    private final ScriptedOrigin http = ScriptedOrigin.open("http", "127.0.0.1", 0, this::answer);
    private final Path hosts;
    private final List<Blackhole> blackholes = new ArrayList<>();
    private final Set<String> struck = ConcurrentHashMap.newKeySet();
    private final AtomicInteger drips = new AtomicInteger();
    private volatile @Nullable Fault fault;

    /** @param hosts the file in which the vault looks names up */
    OutageOrigins(Path hosts) throws IOException {
        this.hosts = hosts;
        nameIsKnown(true);
    }

    TestHub hub() {
        return hub;
    }

    ScriptedOrigin http() {
        return http;
    }

    Path hosts() {
        return hosts;
    }

    /** The content of all numbered paths of the HTTP origin. */
    static Content numbered(int number) {
        return Content.generated(SMALL, 5_000_000L + number);
    }

    /** The content of its paths that stall or drip. */
    static Content large(int number) {
        return Content.generated(DRIPPED, 6_000_000L + number);
    }

    private void answer(OriginRequest request, OriginReply reply) throws IOException {
        Fault one = fault;
        if (one != null && one.strike(reply)) {
            return;
        }
        String[] segments = request.path().substring(1).split("/", -1);
        int number = Integer.parseInt(segments[1]);
        reply.field("Cache-Control", "public, max-age=1")
                .field("ETag", "\"" + number + "\"")
                .asContent();
        switch (segments[0]) {
            case "small" -> reply.serve(numbered(number));
            case "hung" -> {
                if (struck.add(request.path())) {
                    reply.neverAnswer();
                }
                reply.serve(large(number));
            }
            case "stalled" -> {
                if (struck.add(request.path())) {
                    reply.gateAfter(STALLS_AT, new Gate());
                }
                reply.serve(large(number));
            }
            case "drip" -> drip(reply);
            case "broken" -> Fault.status(504).strike(reply);
            default -> reply.status(404).answer("No such thing");
        }
    }

    /** A response of one byte a second. */
    boolean drip(OriginReply reply) throws IOException {
        drips.incrementAndGet();
        try {
            reply.contentLength(DRIPPED).sendHead();
            while (true) {
                reply.send(new byte[1]);
                reply.delay(DRIP);
            }
        } finally {
            drips.decrementAndGet();
        }
    }

    /** How many such responses are under way. */
    int drips() {
        return drips.get();
    }

    /** Lets a fault strike the first request that fits, at Hub or CDN. */
    void failOnce(Predicate<OriginRequest> fits, Fault one) {
        hub.failOnce(fits, one);
    }

    /** Lets a fault strike everything. */
    void fail(Fault all) {
        fault = all;
        hub.fail(_ -> true, all);
    }

    void heal() {
        fault = null;
        hub.heal();
    }

    void stop() {
        hub.stop();
        http.stop();
    }

    void start() {
        hub.start();
        http.start();
    }

    /** Stops them, and lets connections to their ports never complete. */
    void swallow() throws IOException {
        stop();
        for (ScriptedOrigin one : List.of(hub.hub(), hub.cdn(), http)) {
            blackholes.add(new Blackhole(one.host(), one.port()));
        }
    }

    void release() throws IOException {
        for (Blackhole one : blackholes) {
            one.close();
        }
        blackholes.clear();
    }

    /** Whether the vault can resolve {@link #NAME}. */
    void nameIsKnown(boolean known) throws IOException {
        Files.writeString(hosts, "127.0.0.1 localhost\n" + (known ? "127.0.0.1 " + NAME + "\n" : ""));
    }

    @Override
    public void close() throws IOException {
        release();
        hub.close();
        http.close();
    }
}
