package io.artifactvault.proofs.attack;

import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.OriginReply;
import io.artifactvault.testhub.TestHub;
import java.io.IOException;
import java.time.Duration;

/** Hostile responses of the test Hub. */
public final class HubTroubles {
    private static final int STREAM = 32_000_000;
    private static final Duration LATE = Duration.ofSeconds(2);
    private static final Duration EVENT = Duration.ofSeconds(2);

    private HubTroubles() {}

    /** Below that path nothing is ever answered. */
    public static void hang(TestHub hub, String prefix) {
        hub.fail(request -> request.path().startsWith(prefix), reply -> {
            reply.neverAnswer();
            return true;
        });
    }

    /** The logs of jobs go on for ever, with an event every two seconds. */
    public static void streamLogs(TestHub hub) {
        hub.fail(request -> request.path().startsWith("/api/jobs/"), HubTroubles::log);
    }

    private static boolean log(OriginReply reply) throws IOException {
        reply.field("Content-Type", "text/event-stream")
                .field("Cache-Control", "no-cache")
                .chunked()
                .sendHead();
        while (true) {
            reply.send("data: {\"data\":\"one more line\"}\n\n");
            reply.delay(EVENT);
        }
    }

    /** The objects of buckets are large and must not be stored. */
    public static void serveBuckets(TestHub hub) {
        Content object = Content.generated(STREAM, 3);
        hub.fail(request -> request.path().startsWith("/buckets/"), reply -> {
            reply.field("Cache-Control", "no-store").serve(object);
            return true;
        });
    }

    /** The CDN sends the files of that repository slowly. */
    public static void drip(TestHub hub, String internalId, long bytesPerSecond) {
        hub.fail(request -> request.path().contains(internalId), reply -> {
            reply.throttle(bytesPerSecond);
            return false;
        });
    }

    /** Below that path every answer begins two seconds late. */
    public static void answerLate(TestHub hub, String prefix, Arrivals arrivals) {
        hub.fail(request -> request.path().startsWith(prefix), reply -> {
            arrivals.add();
            reply.delayUnlessClosed(LATE);
            return false;
        });
    }
}
