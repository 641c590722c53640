package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Answers never cross between requests, however they are given up. */
class CancelTest {
    private static final int FILLS = 8;
    private static final int REQUESTS = 1_000;

    /** Answers {@code /n/length} with the text "n " over and over, sometimes chunked. */
    private static void serve(RawOrigin.Peer peer) throws Exception {
        for (String head = peer.readHead(); head != null; head = peer.readHead()) {
            String[] parts =
                    head.substring("GET /".length(), head.indexOf(" HTTP")).split("/", -1);
            String body = text(parts[0], Integer.parseInt(parts[1]));
            if (parts[0].hashCode() % 3 == 0) {
                String size = Integer.toHexString(body.length());
                peer.send("HTTP/1.1 200 OK\r\nX-Id: " + parts[0] + "\r\nTransfer-Encoding: chunked\r\n\r\n" + size);
                peer.send("\r\n" + body + "\r\n0\r\n\r\n");
            } else {
                peer.send(RawOrigin.ok(body).replace("\r\n\r\n", "\r\nX-Id: " + parts[0] + "\r\n\r\n"));
            }
        }
    }

    private static String text(String id, int length) {
        return (id + " ").repeat(length / (id.length() + 1) + 1).substring(0, length);
    }

    @Test
    void aThousandCancelsMixNothingUp() throws Exception {
        AtomicInteger mismatches = new AtomicInteger();
        AtomicInteger whole = new AtomicInteger();
        try (RawOrigin raw = RawOrigin.open(CancelTest::serve);
                Rig rig = Rig.open();
                ExecutorService fills = Executors.newFixedThreadPool(FILLS)) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < FILLS; i++) {
                int fill = i;
                done.add(fills.submit(() -> {
                    askAndGiveUp(rig, raw, fill, mismatches, whole);
                    return null;
                }));
            }
            for (Future<?> future : done) {
                future.get(60, TimeUnit.SECONDS);
            }
            assertThat(mismatches).hasValue(0);
            assertThat(whole.get()).isPositive();
            assertThat(raw.connections()).as("some connections were used again").isLessThan(REQUESTS);
        }
    }

    private static void askAndGiveUp(Rig rig, RawOrigin raw, int fill, AtomicInteger mismatches, AtomicInteger whole)
            throws OriginException {
        Random random = new Random(fill);
        for (int i = 0; i < REQUESTS / FILLS; i++) {
            String id = String.format(Locale.ROOT, "%d-%d", fill, i);
            int length = random.nextInt(4) == 0 ? random.nextInt(500_000) : random.nextInt(2_000);
            int giveUpAfter = random.nextInt(6);
            StringBuilder got = new StringBuilder();
            try (OriginResponse response = rig.get(raw.uri("/" + id + "/" + length))) {
                boolean more = true;
                for (int chunk = 0; chunk < giveUpAfter && more; chunk++) {
                    more = response.next(bytes -> got.append(StandardCharsets.US_ASCII.decode(bytes)));
                }
                boolean right = text(id, length).startsWith(got.toString())
                        && response.fields().first("X-Id").orElse("").equals(id)
                        && (more || got.length() == length);
                (right ? whole : mismatches).addAndGet(right && more ? 0 : 1);
            }
        }
    }
}
