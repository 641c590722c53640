package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.ConnectionSettingsBuilder;
import io.artifactvault.fixtures.Stage;
import io.artifactvault.server.ConnectionSettings;
import io.artifactvault.server.ProxyNetwork;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.ScriptedOrigin;
import io.artifactvault.testhub.StandardSet;
import io.artifactvault.testhub.TestHub;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One client can spend neither upstream's patience nor the vault's connections and memory, on either way through the cache. */
@Timeout(60)
class ClientCostsTest {
    private static final ConnectionSettings USUAL = ConnectionSettings.defaults();

    @TempDir
    Path folder;

    private static ScriptedOrigin origin(String cacheControl) {
        return ScriptedOrigin.open(
                "127.0.0.1",
                (request, reply) -> reply.status(200)
                        .field("Cache-Control", cacheControl)
                        .field("ETag", "\"a\"")
                        .answer("content"));
    }

    private static ConnectionSettings limits(List<String> proxies, int connections, int perClient, long memory) {
        return ConnectionSettingsBuilder.usual()
                .trustedProxies(proxies.stream().map(ProxyNetwork::parse).toList())
                .maxConnections(OptionalInt.of(connections))
                .maxConnectionsPerClient(perClient)
                .maxBufferedBytes(OptionalLong.of(memory))
                .build();
    }

    private Stage<String> stage(ScriptedOrigin origin, int rate, ConnectionSettings connections) throws IOException {
        return Stage.ofFiles(folder, origin.base())
                .clientRate(rate)
                .connections(connections)
                .start();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-cache", "max-age=0", "no-store", "min-fresh=100000"})
    void noClientCanHaveAnHttpAnswerConfirmedAgainAtOnce(String wish) throws Exception {
        try (ScriptedOrigin origin = origin("max-age=600");
                Stage<String> stage = stage(origin, 0, USUAL)) {
            stage.get("a");
            stage.clock.advance(Duration.ofSeconds(1));
            for (int i = 0; i < 20; i++) {
                HttpResponse<String> answer = stage.get("a", "Cache-Control", wish);
                assertThat(answer.body()).isEqualTo("content");
                assertThat(answer.headers().firstValue("Cache-Status").orElseThrow())
                        .contains("hit", "detail=just-confirmed");
            }
            assertThat(origin.requests()).hasSize(1);
            stage.clock.advance(Duration.ofSeconds(1));
            stage.get("a", "Cache-Control", wish);
            assertThat(origin.requests()).hasSize(2);
        }
    }

    /** The origin's own word is no client's wish. */
    @ParameterizedTest
    @ValueSource(strings = {"no-cache", "max-age=0", "no-store"})
    void aResponseWithNoCacheIsRevalidatedAtEachUse(String control) throws Exception {
        try (ScriptedOrigin origin = origin(control);
                Stage<String> stage = stage(origin, 0, USUAL)) {
            for (int i = 0; i < 5; i++) {
                stage.get("a");
            }
            assertThat(origin.requests()).hasSize(5);
        }
    }

    /** Also of those that claim to have come through other vaults, whose refresh is theirs alone. */
    @ParameterizedTest
    @ValueSource(strings = {"Accept: */*", "CDN-Loop: artifact-vault-0123456789abcdef"})
    void aRefreshUnderWayCostsItsReadersNothing(String field) throws Exception {
        Gate gate = new Gate();
        AtomicInteger asked = new AtomicInteger();
        try (ScriptedOrigin origin = ScriptedOrigin.open("127.0.0.1", (request, reply) -> {
                    if (request.path().equals("/again") && asked.incrementAndGet() > 1) {
                        reply.waitAt(gate);
                    }
                    reply.field("Cache-Control", "max-age=1, stale-while-revalidate=1000")
                            .answer("content");
                });
                Stage<String> stage = stage(origin, 1, USUAL)) {
            String[] sent = field.split(": ", 2);
            stage.get("again");
            stage.clock.advance(Duration.ofSeconds(100));
            for (int i = 0; i < 40; i++) {
                assertThat(stage.send("GET", "again", sent).statusCode()).isEqualTo(200);
            }
            gate.awaitReached();
            assertThat(stage.send("GET", "new", sent).statusCode()).isEqualTo(200);
            assertThat(asked).as("one refresh for all").hasValue(2);
            gate.open();
        }
    }

    @Test
    void oneClientsMissesAreLimitedAndStoredResponsesReplaceThem() throws Exception {
        try (ScriptedOrigin origin = origin("max-age=600");
                Stage<String> stage = stage(origin, 1, USUAL)) {
            List<Integer> statuses = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                statuses.add(stage.get("file" + i).statusCode());
            }
            assertThat(statuses.subList(0, 30)).containsOnly(200);
            assertThat(statuses.subList(30, 40)).containsOnly(429);
            assertThat(origin.requests()).hasSize(30);
            HttpResponse<String> refused = stage.get("other");
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(refused.headers().firstValue("X-Error-Message").orElseThrow())
                    .contains("max_client_rate");
            assertThat(stage.get("file0").headers().firstValue("X-Cache")).hasValue("HIT");
            assertThat(stage.send("POST", "file0").statusCode()).isEqualTo(429);

            stage.clock.advance(Duration.ofSeconds(700));
            for (int i = 100; i < 130; i++) {
                stage.get("file" + i);
            }
            HttpResponse<String> stale = stage.get("file1");
            assertThat(stale.statusCode()).isEqualTo(200);
            assertThat(stale.headers().firstValue("Cache-Status").orElseThrow()).contains("client-rate");
        }
    }

    @Test
    void clientsBehindATrustedProxyHaveRatesOfTheirOwn() throws Exception {
        try (ScriptedOrigin origin = origin("max-age=600");
                Stage<String> stage = stage(origin, 1, limits(List.of("127.0.0.1"), 100, 100, 32 << 20))) {
            for (int i = 0; i < 31; i++) {
                stage.get("file" + i, "X-Forwarded-For", "192.0.2.1");
            }
            assertThat(stage.get("x", "X-Forwarded-For", "192.0.2.1").statusCode())
                    .isEqualTo(429);
            assertThat(stage.get("x", "X-Forwarded-For", "192.0.2.2").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void anUntrustedForwardedFieldDoesNotChangeTheRate() throws Exception {
        try (ScriptedOrigin origin = origin("max-age=600");
                Stage<String> stage = stage(origin, 1, USUAL)) {
            for (int i = 0; i < 30; i++) {
                stage.get("file" + i, "X-Forwarded-For", "192.0.2." + i);
            }
            assertThat(stage.get("x", "X-Forwarded-For", "192.0.2.99").statusCode())
                    .isEqualTo(429);
        }
    }

    @Test
    void aConnectionTooManyIsResetAndAnEndedOneMakesRoom() throws Exception {
        try (ScriptedOrigin origin = origin("max-age=600");
                Stage<String> stage = stage(origin, 0, limits(List.of(), 100, 3, 32 << 20))) {
            Wire first = new Wire(stage);
            try (Wire second = new Wire(stage);
                    Wire third = new Wire(stage);
                    Wire fourth = new Wire(stage)) {
                assertThat(answers(first) && answers(second) && answers(third)).isTrue();
                assertThat(fourth.closes()).isTrue();
                first.send("GET /files/a HTTP/1.1\r\nHost: v\r\nConnection: close\r\n\r\n")
                        .rest();
                first.close();
                assertThat(canConnect(stage)).isTrue();
            }
        }
    }

    private static boolean answers(Wire wire) throws IOException {
        return wire.send("GET /healthz HTTP/1.1\r\nHost: v\r\n\r\n").until("}").contains(" 200 ");
    }

    /** The vault notices that a connection has ended a moment after its client. */
    private static boolean canConnect(Stage<String> stage) throws IOException {
        long deadline = System.nanoTime() + Stage.PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            try (Wire wire = new Wire(stage)) {
                if (answers(wire)) {
                    return true;
                }
            } catch (IOException e) {
                Thread.onSpinWait();
            }
        }
        return false;
    }

    /** 587 unfinished bodies of 1 MiB ended a vault with a heap of 256 MiB. */
    @Test
    void unfinishedBodiesTakeNoMoreThanTheBudget() throws Exception {
        try (TestHub hub = TestHub.standard();
                Stage<byte[]> stage = Stage.ofHub(folder, hub.base())
                        .connections(limits(List.of(), 100, 100, 1 << 20))
                        .start()) {
            String head = """
                    POST /huggingface/api/models/acme/tiny/paths-info/main HTTP/1.1\r
                    Host: v\r
                    Content-Type: application/json\r
                    Content-Length: 60000\r
                    \r
                    """;
            List<Wire> wires = new ArrayList<>();
            int refused = 0;
            for (int i = 0; i < 20; i++) {
                Wire wire = new Wire(stage.vault().port());
                wires.add(wire.send(head + " ".repeat(50_000)));
            }
            for (Wire wire : wires) {
                refused += wire.isRefusedWithin(2_000) ? 1 : 0;
            }
            assertThat(refused).isBetween(15, 19);
            assertThat(new Operator(stage).get("/metrics").body())
                    .containsPattern("vault_buffered_refused_total\\{reason=\"client\"\\} 1[5-9]\\.0");
            for (Wire wire : wires) {
                wire.close();
            }
            assertThat(stage.get("acme/tiny/resolve/main/config.json").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void onTheHubsMountABranchIsConfirmedOncePerMinimumInterval() throws Exception {
        try (TestHub hub = TestHub.standard();
                Stage<byte[]> stage = Stage.ofHub(folder, hub.base()).start()) {
            String file = "acme/tiny/resolve/main/config.json";
            String api = "api/models/acme/tiny/tree/main";
            stage.get(file);
            stage.get(api);
            stage.awaitQuiet();
            hub.reset();
            for (int i = 0; i < 20; i++) {
                for (String path : List.of(file, api)) {
                    HttpResponse<byte[]> answer = stage.get(path, "Cache-Control", "no-cache");
                    assertThat(answer.statusCode()).isEqualTo(200);
                    assertThat(answer.headers().firstValue("Cache-Status").orElseThrow())
                            .contains("hit", "detail=just-confirmed");
                }
            }
            assertThat(hub.requests()).isEmpty();
            String id = stage.get(file, "Cache-Control", "no-cache")
                    .headers()
                    .firstValue("X-Request-Id")
                    .orElseThrow();
            assertThat(stage.exchanges).isNotEmpty();
            assertThat(new Operator(stage).get("/admin/why/" + id).body()).contains("min_revalidate_interval");
            stage.clock.advance(Duration.ofSeconds(2));
            stage.get(file, "Cache-Control", "no-cache");
            assertThat(hub.requests()).isNotEmpty();
        }
    }

    /** Whoever may not have it is not told that it was confirmed, but asks for itself. */
    @Test
    void theIntervalGrantsNoAccess() throws Exception {
        try (TestHub hub = TestHub.standard();
                Stage<byte[]> stage = Stage.ofHub(folder, hub.base()).start()) {
            String gated = "acme/gated/resolve/main/config.json";
            String token = "Bearer " + StandardSet.ALICE_TOKEN;
            assertThat(stage.get(gated, "Authorization", token).statusCode()).isEqualTo(200);
            stage.awaitQuiet();
            assertThat(stage.get(gated, "Cache-Control", "no-cache").statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void onTheHubsMountOneClientsMissesAreLimited() throws Exception {
        try (TestHub hub = TestHub.standard();
                Stage<byte[]> stage =
                        Stage.ofHub(folder, hub.base()).clientRate(1).start()) {
            String file = "acme/tiny/resolve/main/config.json";
            assertThat(stage.get(file).statusCode()).isEqualTo(200);
            stage.awaitQuiet();
            HttpResponse<byte[]> last = stage.get("acme/none0/resolve/main/x");
            for (int i = 1; i < 40; i++) {
                last = stage.get("acme/none" + i + "/resolve/main/x");
            }
            assertThat(last.statusCode()).isEqualTo(429);
            assertThat(last.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(hub.requests().size()).isLessThanOrEqualTo(2 * 31);
            stage.clock.advance(Duration.ofSeconds(90));
            for (int i = 50; i < 90; i++) {
                stage.get("acme/none" + i + "/resolve/main/x");
            }
            HttpResponse<byte[]> stale = stage.get(file);
            assertThat(stale.statusCode()).isEqualTo(200);
            assertThat(stale.headers().firstValue("X-Cache")).hasValue("STALE");
        }
    }
}
