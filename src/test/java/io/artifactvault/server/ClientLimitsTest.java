package io.artifactvault.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.content.ChunkPipe;
import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.cache.content.RequestFeed;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.fixtures.ConnectionSettingsBuilder;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.server.wire.StrictRequestDecoder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long a client may keep a connection waiting, and how much it may make the vault hold. */
@Timeout(30)
class ClientLimitsTest {
    private static final String POST = "POST /a HTTP/1.1\nHost: v\nContent-Length: 9000000\n\n";
    private static final ConnectionSettings LIMITS = ConnectionSettingsBuilder.usual()
            .maxConnectionsPerClient(0)
            .headTimeout(Duration.ofSeconds(30))
            .minBodyRate(500)
            .bodyTimeout(Duration.ofHours(1))
            .minSendRate(500)
            .sendTimeout(Duration.ofMinutes(10))
            .maxBufferedShare(100)
            .build();

    private final MemoryBudget memory = new MemoryBudget(100_000, 100_000);
    private final Connection client = new Connection(LIMITS, memory);

    @AfterEach
    void nothingIsHeldInTheEnd() {
        client.close();
        assertThat(client.isClean()).as("every buffer was released").isTrue();
        assertThat(memory.used()).isZero();
    }

    @Test
    void aConnectionThatAsksNothingIsClosed() {
        assertThat(client.pass(Duration.ofSeconds(59)).isOpen()).isTrue();
        assertThat(client.pass(Duration.ofSeconds(2)).isOpen()).isFalse();
    }

    @Test
    void theTimeWithoutARequestBeginsAtTheEndOfTheAnswer() {
        client.get("/a").pass(Duration.ofMinutes(5));
        client.answer(0, "x");
        assertThat(client.pass(Duration.ofSeconds(55)).isOpen()).isTrue();
        assertThat(client.pass(Duration.ofSeconds(7)).isOpen()).isFalse();
    }

    @Test
    void aHeadThatDripsIsRefusedAfterItsTimeHoweverOftenSomethingComes() {
        client.send("GET /");
        for (int second = 0; second < 29; second++) {
            client.octets("a").pass(Duration.ofSeconds(1));
        }
        assertThat(client.isOpen()).isTrue();
        client.pass(Duration.ofSeconds(2));
        assertThat(client.received()).startsWith("HTTP/1.1 408 ").contains("close");
        assertThat(client.isOpen()).isFalse();
        assertThat(client.asked).isEmpty();
    }

    @Test
    void theTimeOfAHeadThatComesDuringAnAnswerBeginsAtItsEnd() {
        client.get("/a").octets("GET /b HTT").pass(Duration.ofMinutes(2));
        client.answer(0, "x");
        assertThat(client.pass(Duration.ofSeconds(25)).isOpen()).isTrue();
        assertThat(client.pass(Duration.ofSeconds(10)).isOpen()).isFalse();
    }

    @Test
    void aHeadThatIsWholeInTimeIsAnswered() {
        client.octets("GET /a HT").pass(Duration.ofSeconds(20)).send("TP/1.1\nHost: v\n\n");
        client.pass(Duration.ofSeconds(50));
        client.answer(0, "x");

        assertThat(client.received()).endsWith("x");
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void aBodyThatArrivesTooSlowlyIsAnswered408AndItsReaderFails() {
        client.send(POST);
        for (int second = 0; second < 50 && client.isOpen(); second++) {
            client.octets("x".repeat(100)).pass(Duration.ofSeconds(1));
            take();
        }
        assertThat(client.received()).startsWith("HTTP/1.1 408 ").containsIgnoringCase("connection: close");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void aBodyThatComesFastEnoughMayTakeItsTime() {
        client.send(POST);
        for (int second = 0; second < 600; second++) {
            client.octets("x".repeat(600)).pass(Duration.ofSeconds(1));
            take();
        }
        assertThat(client.isOpen()).isTrue();
        assertThat(client.received()).isEmpty();
    }

    @Test
    void anUnreadBodyIsNotTheClientsFault() {
        client.send(POST);
        for (int i = 0; i < 8; i++) {
            client.octets("x");
        }
        assertThat(client.channel.config().isAutoRead()).isFalse();
        assertThat(client.pass(Duration.ofMinutes(30)).isOpen()).isTrue();
    }

    @Test
    void aBodyTakesNoLongerThanBodiesMay() {
        client.send(POST);
        for (int second = 0; second < 3_700 && client.isOpen(); second++) {
            client.octets("x".repeat(600)).pass(Duration.ofSeconds(1));
            take();
        }
        assertThat(client.received()).startsWith("HTTP/1.1 408 ");
        assertThat(client.isOpen()).isFalse();
    }

    private void take() {
        try {
            while (client.asked.getFirst().body().orElseThrow() instanceof RequestFeed feed && feed.held() > 0) {
                feed.next();
            }
        } catch (IOException e) {
            // It was told that the rest does not come.
        }
        client.channel.runPendingTasks();
    }

    @Test
    void unreadBodiesBeyondTheBudgetAreRefused() {
        client.send(POST);
        var all = client.asked.getFirst().body().orElseThrow().whole(1 << 20);
        for (int i = 0; i < 100 && client.isOpen(); i++) {
            client.octets("x".repeat(1_000));
        }
        assertThat(client.received())
                .startsWith("HTTP/1.1 503 ")
                .containsIgnoringCase("retry-after: 1")
                .containsIgnoringCase("connection: close");
        assertThat(client.isOpen()).isFalse();
        assertThat(all.toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void oneClientIsRefused429BeforeItTakesTheShareOfOthers() {
        MemoryBudget shared = new MemoryBudget(1_000_000, 50_000);
        try (Connection greedy = new Connection(LIMITS, shared, "192.0.2.1");
                Connection other = new Connection(LIMITS, shared, "192.0.2.2")) {
            greedy.send(POST);
            var _ = greedy.asked.getFirst().body().orElseThrow().whole(1 << 20);
            for (int i = 0; i < 100 && greedy.isOpen(); i++) {
                greedy.octets("x".repeat(1_000));
            }
            assertThat(greedy.received()).startsWith("HTTP/1.1 429 ").containsIgnoringCase("retry-after: 1");
            other.get("/" + "x".repeat(7_000));
            other.answer(0, "fine");
            assertThat(other.received()).endsWith("fine");
        }
        assertThat(shared.used()).isZero();
        assertThat(shared.clients()).isZero();
    }

    @Test
    void unfinishedHeadsAreRefusedBeyondTheBudget() {
        try (Connection first = new Connection(LIMITS, memory);
                Connection second = new Connection(LIMITS, memory);
                Connection third = new Connection(LIMITS, memory);
                Connection fourth = new Connection(LIMITS, memory)) {
            List<Connection> all = List.of(first, second, third, fourth);
            all.forEach(each -> each.octets("GET /" + "a".repeat(7_000)));

            assertThat(all).filteredOn(Connection::isOpen).hasSize(3);
            assertThat(fourth.received()).startsWith("HTTP/1.1 503 ").containsIgnoringCase("retry-after: 1");
            first.send(" HTTP/1.1\nHost: v\n\n");
            assertThat(memory.used()).isLessThan(70_000);
            first.answer(0, "x");
            assertThat(first.received()).endsWith("x");
        }
    }

    @Test
    void requestsThatWaitBeyondTheBudgetAreDroppedAndTheAnswerUnderWayIsTheLast() {
        client.get("/0");
        String target = "/" + "a".repeat(4_000);
        for (int i = 0; i < 40; i++) {
            client.get(target);
        }
        assertThat(memory.used()).isLessThanOrEqualTo(100_000);
        client.answer(0, "first");

        assertThat(client.received()).containsIgnoringCase("connection: close").endsWith("first");
        assertThat(client.isOpen()).isFalse();
        assertThat(client.asked).hasSize(1);
    }

    @Test
    void anAnswerThroughAPipeForWhichThereIsNoMemoryIsRefusedBeforeItBegins() {
        MemoryBudget.Hold others = memory.hold("other");
        assertThat(others.grow(90_000)).isTrue();
        client.get("/a");
        client.answer(0, piped());
        assertThat(client.received()).startsWith("HTTP/1.1 503 ").containsIgnoringCase("retry-after: 1");
        others.close();
    }

    @Test
    void anAnswerThroughAPipeHoldsMemoryUntilItEnds() {
        client.get("/a");
        client.answer(0, piped());
        assertThat(client.received()).startsWith("HTTP/1.1 200 ");
        assertThat(memory.used()).isPositive();
        client.leave();
        assertThat(memory.used()).isZero();
    }

    private static Answer piped() {
        return new Answer(200, Fields.EMPTY, new Body.Piped(new ChunkPipe()), CacheStatus.local());
    }

    @Test
    void requestsThatWaitAreReleasedAsTheyAreTaken() {
        for (int i = 0; i < 10; i++) {
            client.get("/" + i);
        }
        assertThat(memory.used()).isPositive();
        for (int i = 0; i < 10; i++) {
            client.answer(i, "x");
        }
        assertThat(memory.used()).isZero();
    }

    @Test
    void lineAndFieldsTogetherAreNoLongerThanAHeadMayBe() {
        client.send("GET /" + "a".repeat(5_000) + " HTTP/1.1\nHost: v\nX: " + "b".repeat(5_000) + "\n\n");

        assertThat(client.received()).startsWith("HTTP/1.1 431 ");
        assertThat(client.isOpen()).isFalse();
        assertThat(client.asked).isEmpty();
    }

    @Test
    void aConnectionKeepsNoBuffersOfALongHead() {
        var before = client.channel.pipeline().get(StrictRequestDecoder.class);
        client.send("GET /" + "a".repeat(5_000) + " HTTP/1.1\nHost: v\n\n");
        client.answer(0, "x");
        assertThat(client.channel.pipeline().get(StrictRequestDecoder.class)).isNotSameAs(before);
        client.get("/b");
        client.answer(1, "y");
        assertThat(client.received().toLowerCase(Locale.ROOT)).endsWith("y");
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void aBodyAfterALongHeadIsReadByTheSameDecoder() {
        client.send("POST /a HTTP/1.1\nHost: v\nX: " + "b".repeat(5_000) + "\nContent-Length: 6\n\nabc")
                .octets("def");
        var body = (RequestFeed) client.asked.getFirst().body().orElseThrow();
        assertThat(body.held()).isEqualTo(6);
        client.answer(0, "x");
        client.get("/b");
        client.answer(1, "y");
        assertThat(client.received()).endsWith("y");
    }
}
