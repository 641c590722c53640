package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.origin.BreakerSettings;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.Gate;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What upstream does wrong before its answer begins, and what clients see of it: nothing, where that can be. */
class OriginFaultsTest extends HubStory {
    private static final String WEIGHTS = "acme/tiny/resolve/main/model.safetensors";
    private static final String README = "acme/tiny/resolve/main/README.md";

    private static String body(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static Optional<String> field(HttpResponse<byte[]> answer, String name) {
        return answer.headers().firstValue(name);
    }

    private void pass(Duration time) {
        stage.clock.advance(time);
        hub.reset();
    }

    static Stream<Arguments> beforeTheAnswer() {
        return Stream.of("hub", "cdn")
                .flatMap(host -> Stream.of(
                        Arguments.of(host, "closed before the head", Fault.noAnswer()),
                        Arguments.of(host, "reset before the head", Fault.resetBeforeHead()),
                        Arguments.of(host, "closed inside the head", insideTheHead()),
                        Arguments.of(host, "502", Fault.status(502)),
                        Arguments.of(host, "503", Fault.status(503)),
                        Arguments.of(host, "504", Fault.status(504)),
                        Arguments.of(host, "429 for a second", Fault.rateLimited(Duration.ofSeconds(1)))));
    }

    private static Fault insideTheHead() {
        return reply -> {
            reply.sendRaw("HTTP/1.1 200 OK\r\nContent-Le");
            reply.drop();
            return true;
        };
    }

    @ParameterizedTest(name = "{1} at the {0}")
    @MethodSource("beforeTheAnswer")
    void theClientDoesNotNoticeATemporaryFault(String host, String what, Fault fault) throws Exception {
        hub.failOnce(host.equals("hub") ? Asked.hub() : Asked.cdn(), fault);
        HttpResponse<byte[]> answer = stage.get(WEIGHTS);
        assertThat(answer.statusCode()).as(what).isEqualTo(200);
        assertThat(answer.body()).hasSize(204_800);
        assertThat(hub.originBodyBytes()).isEqualTo(204_800);
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void aPermanentFaultIsReportedAfterThreeAttempts(int status) throws Exception {
        hub.fail(Asked.anything(), Fault.status(status));
        HttpResponse<byte[]> answer = stage.get(README);
        assertThat(answer.statusCode()).isEqualTo(status == 503 ? 503 : 502);
        assertThat(body(answer)).contains("upstream responded " + status);
        assertThat(hub.requests()).hasSize(3);
    }

    @Test
    void aWriteIsNeverSentTwice() throws Exception {
        hub.fail(Asked.anything(), Fault.resetBeforeHead());
        assertThat(stage.send("POST", "api/models/acme/tiny/discussions").statusCode())
                .isEqualTo(502);
        assertThat(hub.requests()).hasSize(1);
    }

    /** Two requests wait for their timeout and probes for theirs; then the hub is left alone, and nobody waits. */
    @Test
    void aBreakerSavesTheWaitForADeadHub() throws Exception {
        stage.close();
        stage.breaker(new BreakerSettings(2, Duration.ofHours(1)).withPaths(1))
                .timeout(Duration.ofMillis(300))
                .start();
        assertThat(stage.get(WEIGHTS).statusCode()).isEqualTo(200);
        pass(Duration.ofSeconds(61));
        Gate never = hub.gateBeforeHead(Asked.anything());
        String status = "";
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        for (int i = 0; !status.contains("stale-if-error-circuit_open") && System.nanoTime() < deadline; i++) {
            HttpResponse<byte[]> stale = stage.get(WEIGHTS);
            assertThat(field(stale, "x-cache")).hasValue("STALE");
            status = field(stale, "cache-status").orElseThrow();
            assertThat(i >= 2 || status.contains("stale-if-error-head_timeout")).isTrue();
        }
        assertThat(status).contains("stale-if-error-circuit_open");
        int asked = hub.requests().size();
        HttpResponse<byte[]> missing = stage.get(README);
        assertThat(missing.statusCode()).isEqualTo(503);
        assertThat(body(missing)).contains("no response arrived in time, since ", " UTC");
        assertThat(Long.parseLong(field(missing, "retry-after").orElseThrow())).isBetween(2600L, 3600L);
        assertThat(hub.requests()).hasSize(asked);
        never.open();
    }

    /** The Hub answers 504 for one repository, always, to everybody; all else is well. */
    @Test
    void aRepositoryThatAlwaysFailsBlocksNoOther() throws Exception {
        stage.close();
        stage.breaker(new BreakerSettings(5, Duration.ofHours(1))).start();
        hub.fail(Asked.path("/broken/"), Fault.status(504));
        for (int i = 0; i < 6; i++) {
            assertThat(stage.get("api/datasets/acme/broken/tree/main?recursive=true")
                            .statusCode())
                    .isEqualTo(502);
            assertThat(stage.get("datasets/acme/broken/resolve/main/f" + i).statusCode())
                    .isEqualTo(502);
        }
        assertThat(stage.get(README).statusCode()).isEqualTo(200);
    }

    /** Clients that heed Retry-After wait that long and a second more before each of their tries. */
    @Test
    void clientsAreNotToldToWaitLongWhileTheHubIsDown() throws Exception {
        stage.close();
        stage.breaker(BreakerSettings.defaults()).start();
        hub.stop();
        for (int i = 0; i < 8; i++) {
            HttpResponse<byte[]> answer = stage.head("acme/unknown/resolve/main/config.json");
            assertThat(answer.statusCode()).isIn(502, 503);
            assertThat(field(answer, "retry-after").map(Long::parseLong).orElse(0L))
                    .isLessThanOrEqualTo(2);
        }
        HttpResponse<byte[]> refused = stage.get("acme/unknown/resolve/main/config.json");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(field(refused, "retry-after")).hasValue("1");
        assertThat(body(refused)).contains("the connection was refused, since ").doesNotContain("127.0.0.1");
    }

    @Test
    void aHubThatIsBackIsFoundByTheVaultItself() throws Exception {
        stage.close();
        stage.breaker(new BreakerSettings(2, Duration.ofMillis(10))).start();
        hub.stop();
        int status = 0;
        for (int i = 0; i < 100 && status != 503; i++) {
            status = stage.get(README).statusCode();
        }
        assertThat(status).isEqualTo(503);
        hub.start();
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (status != 200 && System.nanoTime() < deadline) {
            status = stage.get(README).statusCode();
        }
        assertThat(status).isEqualTo(200);
    }

    private static Fault left(int remaining) {
        return reply -> {
            reply.field("RateLimit", "\"resolvers\";r=" + remaining + ";t=200");
            reply.field("RateLimit-Policy", "\"fixed window\";\"resolvers\";q=3000;w=300");
            return false;
        };
    }

    @Test
    void theRestOfARateLimitIsReservedForMisses() throws Exception {
        hub.fail(Asked.hub(), left(150));
        stage.get(WEIGHTS);
        pass(Duration.ofSeconds(61));
        HttpResponse<byte[]> stale = stage.get(WEIGHTS);
        assertThat(field(stale, "cache-status").orElseThrow()).contains("stale-if-error-rate_short");
        assertThat(stale.body()).hasSize(204_800);
        assertThat(hub.requests()).isEmpty();
        assertThat(stage.get(README).statusCode()).isEqualTo(200);
        assertThat(hub.requests()).isNotEmpty();
    }

    @Test
    void whileTheRateLimitSufficesEverythingIsRevalidated() throws Exception {
        hub.fail(Asked.hub(), left(151));
        stage.get(WEIGHTS);
        pass(Duration.ofSeconds(61));
        assertThat(field(stage.get(WEIGHTS), "cache-status").orElseThrow()).doesNotContain("stale-if-error");
        assertThat(hub.requests()).isNotEmpty();
    }

    @Test
    void afterA429NothingIsAskedUntilItsTimeIsOverAndClientsAreToldHowLong() throws Exception {
        stage.get(WEIGHTS);
        pass(Duration.ofSeconds(61));
        hub.fail(Asked.path("/resolve/"), Fault.rateLimited(Duration.ofSeconds(90)));
        List<String> caches = List.of(
                field(stage.get(WEIGHTS), "x-cache").orElseThrow(),
                field(stage.get(WEIGHTS), "x-cache").orElseThrow());
        assertThat(caches).containsOnly("STALE");
        HttpResponse<byte[]> missing = stage.get(README);
        assertThat(missing.statusCode()).isEqualTo(429);
        assertThat(Long.parseLong(field(missing, "retry-after").orElseThrow())).isBetween(80L, 90L);
        assertThat(field(missing, "ratelimit")).isPresent();
        assertThat(field(missing, "ratelimit-policy")).isPresent();
        assertThat(hub.requests()).hasSize(1);
        assertThat(stage.get("api/models/acme/tiny").statusCode()).isEqualTo(200);
    }
}
