package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.backend.SourceSettings;
import io.artifactvault.fixtures.OriginSettingsBuilder;
import io.artifactvault.fixtures.Stage;
import io.artifactvault.origin.MinimumRate;
import io.artifactvault.origin.OriginSettings;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.OriginReply;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be resumed may be silent for longer than a download; a download that is silent is resumed. */
@Timeout(120)
class QuietStreamTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    /** A download must not stand still for longer than this. */
    private static final OriginSettings HASTY = OriginSettingsBuilder.patient()
            .timeouts(LONG)
            .idleTimeout(Duration.ofMillis(200))
            .minimumRate(new MinimumRate(0, LONG))
            .build();

    @TempDir
    Path folder;

    private final Gate quiet = new Gate();
    private final Gate stalled = new Gate();
    private final Gate left = new Gate();
    private final Gate resumed = new Gate();
    private final ScriptedOrigin origin = ScriptedOrigin.open("127.0.0.1", this::answer);

    @AfterEach
    void close() {
        quiet.open();
        stalled.open();
        origin.close();
    }

    private void answer(OriginRequest request, OriginReply reply) throws IOException {
        switch (request.path()) {
            case "/download" -> download(request, reply);
            case "/passed" -> quiet(reply.field("Cache-Control", "no-store"));
            case "/kept" -> quiet(reply.field("Cache-Control", "max-age=60"));
            case "/events" -> quiet(events(reply));
            case "/api/jobs/acme/j1/logs" -> quiet(events(reply));
            case "/api/jobs/acme/j1/artifact" -> quiet(reply);
            case "/abandoned" -> abandoned(events(reply));
            default -> reply.status(404);
        }
    }

    private static OriginReply events(OriginReply reply) {
        return reply.field("Content-Type", "text/event-stream; charset=utf-8").field("Cache-Control", "max-age=60");
    }

    private void quiet(OriginReply reply) throws IOException {
        reply.chunked().gateAfter(4, quiet);
        reply.send("one.two.");
    }

    /** Goes on once it has been resumed. */
    private void download(OriginRequest request, OriginReply reply) throws IOException {
        reply.field("ETag", "\"v1\"").field("Cache-Control", "max-age=60");
        if (request.field("Range").isPresent()) {
            resumed.open();
        } else {
            reply.gateAfter(4, stalled);
        }
        reply.serve(Content.of("one.two."));
    }

    /** Silent until the connection ends. */
    private void abandoned(OriginReply reply) throws IOException {
        reply.send("data: 1\n\n");
        try {
            reply.neverAnswer();
        } finally {
            left.open();
        }
    }

    private Stage<String> stage(Duration passingStall) throws IOException {
        SourceSettings source = new SourceSettings(List.of(), 0, 0, passingStall);
        return Stage.ofFiles(folder, origin.base()).origin(HASTY).source(source).start();
    }

    private static InputStream open(Stage<?> stage, String path) throws Exception {
        return stage.client()
                .send(stage.request("GET", path), BodyHandlers.ofInputStream())
                .body();
    }

    private static String read(InputStream body, int count) throws IOException {
        return new String(body.readNBytes(count), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"passed", "kept", "events"})
    void aStreamThatCannotBeResumedMayBeSilentLongerThanADownload(String path) throws Exception {
        try (Stage<String> stage = stage(LONG);
                InputStream body = open(stage, path)) {
            assertThat(read(body, 4)).isEqualTo("one.");
            assertThat(stage.send("GET", "download").body()).isEqualTo("one.two.");
            resumed.pass();
            quiet.open();
            assertThat(read(body, 5)).isEqualTo("two.");
        }
    }

    @Test
    void aStreamThatBreaksOffIsNoticed() throws Exception {
        try (Stage<String> stage = stage(Duration.ofMillis(50));
                InputStream body = open(stage, "passed")) {
            assertThat(read(body, 4)).isEqualTo("one.");
            assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
        }
    }

    @Test
    void anEventStreamMayBeSilentWithoutLimit() throws Exception {
        try (Stage<String> stage = stage(Duration.ofMillis(50));
                InputStream events = open(stage, "events");
                InputStream passed = open(stage, "passed")) {
            assertThat(read(events, 4)).isEqualTo("one.");
            assertThat(read(passed, 4)).isEqualTo("one.");
            assertThatThrownBy(passed::readAllBytes).isInstanceOf(IOException.class);
            quiet.open();
            assertThat(read(events, 5)).isEqualTo("two.");
        }
    }

    @Test
    void theLogOfAJobMayBeSilent() throws Exception {
        try (Stage<byte[]> stage = Stage.ofHub(folder, origin.base())
                        .origin(HASTY)
                        .source(new SourceSettings(List.of(), 0, 0, Duration.ofMillis(50)))
                        .start();
                InputStream log = open(stage, "api/jobs/acme/j1/logs");
                InputStream other = open(stage, "api/jobs/acme/j1/artifact")) {
            assertThat(read(log, 4)).isEqualTo("one.");
            assertThat(read(other, 4)).isEqualTo("one.");
            assertThatThrownBy(other::readAllBytes).isInstanceOf(IOException.class);
            quiet.open();
            assertThat(read(log, 5)).isEqualTo("two.");
        }
    }

    @Test
    void aQuietStreamEndsWithItsClient() throws Exception {
        try (Stage<String> stage = stage(LONG)) {
            try (InputStream body = open(stage, "abandoned")) {
                assertThat(read(body, 9)).isEqualTo("data: 1\n\n");
            }
            left.pass();
            stage.awaitQuiet();
            assertThat(stage.vault().openFills()).isZero();
        }
    }
}
