package io.artifactvault.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.oci.RawClient.Head;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One client that makes up names, and pages of lists. */
@Timeout(300)
class ManyNamesTest {
    private static final int CONNECTIONS = 4;
    private static final int OF_EACH = 300;

    @TempDir
    Path dir;

    private final TestRegistry registry = new TestRegistry();

    @SuppressWarnings("NullAway.Init") // opened before each test
    private OciStage stage;

    @BeforeEach
    void open() throws Exception {
        stage = new OciStage(dir, registry);
    }

    @AfterEach
    void close() {
        stage.close();
        registry.close();
    }

    /** Requests the targets that a format and a number give, and returns how many had that status. */
    private int sent(String format, int status) throws Exception {
        List<Future<Integer>> counts = new ArrayList<>();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CONNECTIONS; i++) {
                int first = i * OF_EACH;
                counts.add(pool.submit(() -> sent(format, first, status)));
            }
        }
        int all = 0;
        for (Future<Integer> count : counts) {
            all += count.get();
        }
        return all;
    }

    private int sent(String format, int first, int status) throws Exception {
        int found = 0;
        try (RawClient client = new RawClient(stage.vault.port())) {
            for (int i = first; i < first + OF_EACH; i++) {
                Head head = client.send("GET " + format.formatted(i) + " HTTP/1.1");
                client.body(head);
                found += head.status() == status ? 1 : 0;
            }
        }
        return found;
    }

    /** Each name costs a token; only so many are kept, and no more of them than the limit allows. */
    @Test
    void madeUpNamesKeepABoundedNumberOfTokens() throws Exception {
        registry.needsToken = true;

        assertThat(sent("/v2/hub/library/name%d/manifests/latest", 404)).isEqualTo(CONNECTIONS * OF_EACH);

        assertThat(registry.tokens.get()).isGreaterThanOrEqualTo(CONNECTIONS * OF_EACH);
        assertThat(Double.parseDouble(metric("vault_registry_tokens"))).isBetween(1.0, 1_000.0);
    }

    @Test
    void madeUpPagesCostOneRequestEachAndMadeUpParametersNone() throws Exception {
        registry.fault = (_, reply) -> {
            reply.field("Content-Type", "application/json").answer("{\"name\":\"library/image\",\"tags\":[]}");
            return true;
        };

        assertThat(sent("/v2/hub/library/image/tags/list?last=%d", 200)).isEqualTo(CONNECTIONS * OF_EACH);
        stage.awaitQuiet();
        registry.reset();
        assertThat(sent("/v2/hub/library/image/tags/list?last=7&x=%d", 200)).isEqualTo(CONNECTIONS * OF_EACH);
        assertThat(registry.requests()).isEmpty();
    }

    private String metric(String name) throws Exception {
        return stage.admin("/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElse("none");
    }
}
