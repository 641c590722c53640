package io.artifactvault.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusPageTest {
    private static final List<StatusMount> MOUNTS = List.of(
            new StatusMount("huggingface", "/huggingface/", List.of(), "HF_ENDPOINT"),
            new StatusMount("releases", "/files/", List.of(), ""),
            new StatusMount("rooted", "/", List.of("hub.local", "hub2.local"), "HF_ENDPOINT"));

    private static String page(String base, boolean inTrouble) {
        StatusPage page = new StatusPage(MOUNTS, Instant.EPOCH, () -> inTrouble, new Metrics());
        Request request = new Request("GET", new Target("/", Optional.empty()), Fields.EMPTY, base, Optional.empty());
        Answer answer = page.respond(request).toCompletableFuture().join();
        return new String(((Body.Bytes) answer.body()).array(), StandardCharsets.UTF_8);
    }

    @Test
    void eachMountIsShownWithTheAddressThatClientsUse() {
        assertThat(page("https://vault.example:8443", false))
                .contains(">export HF_ENDPOINT=https://vault.example:8443/huggingface<")
                .contains(">https://vault.example:8443/files/<")
                .contains(">export HF_ENDPOINT=https://hub.local:8443<")
                .contains(">export HF_ENDPOINT=https://hub2.local:8443<");
        assertThat(page("http://vault", false)).contains(">export HF_ENDPOINT=http://hub.local<");
    }

    @Test
    void theHostFieldOfTheClientIsEscaped() {
        assertThat(page("http://a&b", false)).contains("http://a&amp;b/files/").doesNotContain("a&b");
    }

    @Test
    void troubleIsShownWithoutItsReason() {
        assertThat(page("http://vault", true))
                .contains("unable to store new content")
                .doesNotContain("Ready.");
        assertThat(page("http://vault", false)).contains("Ready.");
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0, 0, –", "1, 0, 0, 0, 100.0 %", "1, 1, 1, 1, 75.0 %", "0, 0, 0, 5, 0.0 %"})
    void theHitRatioCountsWhatTheCacheCouldAnswer(long hit, long stale, long revalidated, long miss, String ratio) {
        Map<String, Long> answers = Map.of("hit", hit, "stale", stale, "revalidated", revalidated, "miss", miss);

        assertThat(new StatusFigures(0, 1, 0, answers, 0, 0, 0).hitRatio()).isEqualTo(ratio);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "5, 0, 0", "1, 2, 50", "3, 2, 100", "1, 1000, 0"})
    void theStoreIsAtMostFull(long stored, long limit, long percent) {
        assertThat(new StatusFigures(stored, limit, 0, Map.of(), 0, 0, 0).percentStored())
                .isEqualTo(percent);
    }
}
