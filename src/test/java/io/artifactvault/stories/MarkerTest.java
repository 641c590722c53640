package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.Fields;
import io.artifactvault.testhub.TestHub;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A token with a mark in it goes through every route and every error, and is found nowhere afterwards. */
class MarkerTest {
    private static final String MARK = "hf_MARKED0b5c7d9e1f3a5b7c9d1e3f5a7b9c1d3e";
    private static final String BASIC =
            Base64.getEncoder().encodeToString(("user:" + MARK).getBytes(StandardCharsets.UTF_8));
    private static final List<String> TARGETS = List.of(
            "acme/tiny/resolve/main/config.json",
            "acme/tiny/resolve/main/model.safetensors",
            "acme/gated/resolve/main/only-here.bin",
            "acme/secret/resolve/main/model.bin",
            "acme/tiny/raw/main/config.json",
            "acme/tiny/resolve/main/nope",
            "acme/tiny/resolve/nope/config.json",
            "acme/nothing/resolve/main/config.json",
            "ACME/Gated/resolve/main/only-here.bin",
            "api/models/acme/gated",
            "api/models/acme/secret/tree/main?recursive=true",
            "api/models/acme/tiny/refs",
            "api/models/acme/tiny/commits/main",
            "api/models/acme/gated/auth-check",
            "api/models/acme/tiny/xet-read-token/main",
            "api/models?search=acme",
            "api/whoami-v2",
            "api/agent-harnesses",
            "api/unheard-of",
            "api/datasets/acme/ds/parquet",
            "acme/gated.git/info/refs?service=git-upload-pack",
            "v2/",
            "v2/acme/quant/manifests/latest",
            "v2/acme/gated/manifests/latest",
            "v2/acme/gated/blobs/sha256:" + "0".repeat(64),
            "api/models/acme/gated/revision/main",
            "api/models/acme/gated/tree/main",
            "api/models/acme/secret/treesize/main/x",
            "acme/gated.git/git-upload-pack",
            "buckets/acme/bulk/resolve/x",
            "_lfs/models/acme/tiny/" + "0".repeat(64) + "?signature=x",
            "acme/tiny");

    @TempDir
    Path dir;

    private TestHub hub;
    private Stage<byte[]> stage;
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Logger ours = (Logger) LoggerFactory.getLogger("io.artifactvault");
    private final AppenderBase<ILoggingEvent> ear = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            told.add(event.getFormattedMessage());
            if (event.getThrowableProxy() != null) {
                told.add(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
    };

    @BeforeEach
    void open() throws Exception {
        ear.setContext(root.getLoggerContext());
        ear.start();
        root.addAppender(ear);
        ours.setLevel(Level.DEBUG);
        hub = TestHub.standard();
        hub.user("marked", MARK).grant(hub.repo("models", "acme/gated")).grant(hub.repo("models", "acme/secret"));
        stage = Stage.ofHub(dir, hub.base())
                .timeout(Duration.ofSeconds(3))
                .adminToken("the-operators-own")
                .start();
    }

    @AfterEach
    void close() {
        stage.close();
        hub.close();
        ours.setLevel(null);
        root.detachAppender(ear);
    }

    private void everywhere() throws Exception {
        for (String credential : List.of("Bearer " + MARK, "Basic " + BASIC)) {
            for (String below : TARGETS) {
                for (String method : List.of("GET", "HEAD", "POST", "DELETE")) {
                    hear(stage.send(method, below, "Authorization", credential));
                }
                hear(stage.get(below, "Authorization", credential, "Range", "bytes=1-2"));
                hear(stage.get(below, "Authorization", credential, "Cache-Control", "only-if-cached"));
            }
            hear(post(
                    "acme/gated.git/info/lfs/objects/batch",
                    "{\"operation\":\"download\",\"objects\":[]}",
                    credential));
            hear(post("api/models/acme/gated/paths-info/main", "{\"paths\":[\"config.json\"]}", credential));
        }
    }

    private HttpResponse<byte[]> post(String below, String body, String credential) throws Exception {
        return stage.client()
                .send(
                        HttpRequest.newBuilder(stage.uri("/huggingface/" + below))
                                .timeout(Stage.PATIENCE)
                                .header("Content-Type", "application/json")
                                .header("Authorization", credential)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofByteArray());
    }

    private void hear(HttpResponse<byte[]> answer) {
        told.add(answer.statusCode() + " " + answer.headers().map() + " "
                + new String(answer.body(), StandardCharsets.ISO_8859_1));
    }

    @Test
    void aTokenIsFoundNowhere() throws Exception {
        everywhere();
        stage.clock.advance(Duration.ofHours(1));
        hub.fail(Asked.path("config.json"), Fault.status(500));
        hub.fail(Asked.path("refs"), Fault.rateLimited(Duration.ofSeconds(1)));
        hub.fail(Asked.path("commits"), Fault.loginPage());
        hub.fail(Asked.path("gated"), Fault.resetBeforeHead());
        hub.fail(Asked.cdn(), Fault.cutAfter(100));
        everywhere();
        hub.heal();
        hub.fail(Asked.hub(), Fault.answer(302, Fields.of("Location", hub.cdn().base() + "/login?next=x"), "log in"));
        hub.fail(Asked.path("/login"), Fault.loginPage());
        unwholeEverywhere();
        hub.stop();
        stage.clock.advance(Duration.ofHours(1));
        everywhere();
        stage.awaitQuiet();
        for (int i = 0; i < 3; i++) {
            askAdmin("/admin/jobs", "Authorization", "Bearer " + MARK);
        }
        for (String path : List.of("/healthz", "/readyz", "/metrics", "/admin/", "/admin/recent", "/")) {
            askAdmin(path);
        }
        stage.exchanges.forEach(exchange -> told.add(exchange + " " + exchange.account()));
        assertThat(told).hasSizeGreaterThan(500);
        stage.close();
        assertThat(told).noneMatch(MarkerTest::isMarked);
        assertThat(markedFiles()).isEmpty();
    }

    /** A login page in a layer's place is cut short. */
    private void unwholeEverywhere() throws Exception {
        for (String below : TARGETS) {
            try {
                hear(stage.get(below, "Authorization", "Bearer " + MARK));
            } catch (IOException e) {
                told.add(String.valueOf(e.getMessage()));
            }
        }
    }

    private void askAdmin(String path, String... fields) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + stage.vault().adminPort() + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        if (fields.length > 0) {
            request.headers(fields);
        }
        hear(stage.client().send(request.build(), BodyHandlers.ofByteArray()));
    }

    private List<Path> markedFiles() throws IOException {
        List<Path> marked = new ArrayList<>();
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (isMarked(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))) {
                    marked.add(file);
                }
            }
        }
        return marked;
    }

    private static boolean isMarked(String text) {
        return text.contains(MARK.substring(3)) || text.contains(BASIC);
    }
}
