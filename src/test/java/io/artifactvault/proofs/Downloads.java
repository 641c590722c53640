package io.artifactvault.proofs;

import io.artifactvault.testhub.Content;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongConsumer;

/** Clients that compare every byte with what it should be. Safe for any thread. */
final class Downloads {
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private static final int STEP = 1 << 16;

    private Downloads() {}

    /** How a download ended. */
    enum End {
        /** All bytes came and are right. */
        WHOLE,
        /** The client could see that not all came; what came was right. */
        CUT,
        /** A byte was not what it should be, or too few or many were served as the whole. */
        WRONG
    }

    /** @param at when it ended, by {@link System#nanoTime} */
    record Result(End end, long bytes, long at, String why) {}

    static Result get(URI uri, Content expected) {
        return get(uri, expected, _ -> {});
    }

    /** Downloads; the ear hears how many bytes came so far. */
    static Result get(URI uri, Content expected, LongConsumer ear) {
        long count = 0;
        try {
            HttpResponse<InputStream> answer = CLIENT.send(
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60)).build(), BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                if (answer.statusCode() != 200) {
                    return result(End.CUT, 0, "status " + answer.statusCode());
                }
                byte[] came = new byte[STEP];
                byte[] right = new byte[STEP];
                for (int step = body.read(came); step >= 0; step = body.read(came)) {
                    if (count + step > expected.length()) {
                        return result(End.WRONG, count + step, "more than the whole");
                    }
                    expected.read(count, right, 0, step);
                    int differs = Arrays.mismatch(came, 0, step, right, 0, step);
                    if (differs >= 0) {
                        return result(End.WRONG, count, "byte " + (count + differs) + " is wrong");
                    }
                    count += step;
                    ear.accept(count);
                }
            }
            return count == expected.length()
                    ? result(End.WHOLE, count, "")
                    : result(End.WRONG, count, count + " of " + expected.length() + " bytes served as the whole");
        } catch (IOException e) {
            return result(End.CUT, count, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return result(End.CUT, count, "interrupted");
        }
    }

    private static Result result(End end, long bytes, String why) {
        return new Result(end, bytes, System.nanoTime(), why);
    }

    /** Whether that range comes as 206 with the right bytes. */
    static boolean isExactRange(URI uri, Content expected, long first, int count) {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofMinutes(2))
                .header("Range", "bytes=" + first + "-" + (first + count - 1))
                .build();
        try {
            HttpResponse<byte[]> answer = CLIENT.send(request, BodyHandlers.ofByteArray());
            return answer.statusCode() == 206 && Arrays.equals(answer.body(), expected.bytes(first, count));
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    static String text(URI uri) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
        return CLIENT.send(request, BodyHandlers.ofString()).body();
    }
}
