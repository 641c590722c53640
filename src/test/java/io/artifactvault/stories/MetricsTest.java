package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.StandardSet;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Metrics tell the truth: they equal what a client and the Hub counted themselves. */
class MetricsTest extends HubStory {
    private static final Pattern LINE = Pattern.compile("(vault_[a-z_]+)(\\{[^}]*})? ([-+.0-9E]+)");

    /** What this client saw, in the names of the metrics. */
    private final Map<String, Long> counted = new TreeMap<>();

    private void ask(String method, String below, String... fields) throws Exception {
        HttpResponse<byte[]> answer = stage.send(method, below, fields);
        String outcome = answer.headers().firstValue("x-cache").orElseThrow().toLowerCase(Locale.ROOT);
        String labels = "{backend=\"huggingface\",outcome=\"" + outcome + "\",status=\"" + answer.statusCode() + "\"}";
        counted.merge("vault_requests_total" + labels, 1L, Long::sum);
        counted.merge("vault_sent_bytes_total" + labels, (long) answer.body().length, Long::sum);
    }

    private Map<String, Long> scraped() throws Exception {
        Map<String, Long> all = new TreeMap<>();
        Matcher lines = LINE.matcher(operator.get("/metrics").body());
        while (lines.find()) {
            String labels = lines.group(2) == null ? "" : lines.group(2);
            all.put(lines.group(1) + labels, (long) Double.parseDouble(lines.group(3)));
        }
        return all;
    }

    /** The last exchange may be told a moment after its client has all of it. */
    private void awaitExchanges(int count) {
        long deadline = System.nanoTime() + Stage.PATIENCE.toNanos();
        while (stage.exchanges.size() < count && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aClientAndTheMetricsCountTheSame() throws Exception {
        ask("GET", "acme/tiny/resolve/main/model.safetensors");
        stage.awaitQuiet();
        for (int i = 0; i < 5; i++) {
            ask("GET", "acme/tiny/resolve/main/model.safetensors");
            ask("HEAD", "acme/tiny/resolve/main/config.json");
            ask("GET", "acme/tiny/resolve/main/model.safetensors", "Range", "bytes=10-19");
        }
        ask("GET", "acme/tiny/resolve/main/nothing.txt");
        ask("GET", "acme/gated/resolve/main/config.json", "Authorization", "Bearer " + StandardSet.BOB_TOKEN);
        ask("GET", "api/whoami-v2");
        awaitExchanges(19 - 1);
        Map<String, Long> scraped = scraped();
        scraped.keySet()
                .removeIf(
                        name -> !name.startsWith("vault_requests_total") && !name.startsWith("vault_sent_bytes_total"));
        assertThat(scraped).isEqualTo(counted);
    }

    @Test
    void theHubAndTheMetricsCountTheSame() throws Exception {
        stage.get("acme/tiny/resolve/main/model.safetensors");
        stage.get("acme/tiny/resolve/main/config.json");
        stage.awaitQuiet();
        long ofHub = scraped().entrySet().stream()
                .filter(line -> line.getKey().startsWith("vault_upstream_requests_total"))
                .mapToLong(Map.Entry::getValue)
                .sum();
        assertThat(ofHub).isEqualTo(hub.requests().size());
        assertThat(scraped()).containsEntry("vault_upstream_requests_total{result=\"200\",to=\"redirect\"}", 1L);
        assertThat(scraped().get("vault_store_blobs")).isEqualTo(2);
    }

    @Test
    void theRestOfTheHubsRateLimitsIsShown() throws Exception {
        assertThat(operator.get("/metrics").body()).doesNotContain("vault_upstream_rate_remaining{");
        String gated = "acme/gated/resolve/main/config.json";
        hub.fail(r -> r.field("Authorization").isPresent(), Fault.rateLimited());
        stage.get(gated, "Authorization", "Bearer " + StandardSet.ALICE_TOKEN);
        String labels = "{host=\"" + hub.base().substring("http://".length()) + "\",limit=\"resolvers\"}";
        String scraped = operator.get("/metrics").body();
        assertThat(scraped).contains("vault_upstream_rate_remaining" + labels + " 0.0");
        assertThat(scraped)
                .containsPattern("vault_upstream_rate_reset_seconds" + Pattern.quote(labels) + " 12[0-9]\\.0");
        assertThat(scraped).doesNotContain(StandardSet.ALICE_TOKEN);
    }

    @Test
    void everyMetricIsOnThePageForOperators() throws Exception {
        stage.get("acme/tiny/resolve/main/model.safetensors");
        awaitExchanges(1);
        String page = Files.readString(Path.of("docs/api.md"));

        assertThat(scraped().keySet())
                .isNotEmpty()
                .allSatisfy(metric -> assertThat(page).contains("`" + metric.replaceFirst("\\{.*", "") + "`"));
    }

    @Test
    void aMetricHoldsNoNameOfARepositoryAndNoToken() throws Exception {
        stage.get("acme/gated/resolve/main/config.json", "Authorization", "Bearer " + StandardSet.ALICE_TOKEN);
        awaitExchanges(1);
        String scraped = operator.get("/metrics").body();
        assertThat(scraped).doesNotContain("acme", StandardSet.ALICE_TOKEN);
        // Whose rate limit it is has to be told.
        assertThat(scraped.lines().filter(line -> !line.startsWith("vault_upstream_rate_")))
                .noneMatch(line -> line.contains("127.0.0"));
    }
}
