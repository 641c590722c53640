package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.SourceSettings;
import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.OriginHandler;
import io.artifactvault.testhub.OriginReply;
import io.artifactvault.testhub.ScriptedOrigin;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Hub that sends clients to a CDN, and hosts on the way that say what only the Hub may say. */
@Timeout(120)
class OnlyTheHubNamesContentTest {
    private static final String COMMIT = "a".repeat(40);
    private static final String FORGED_COMMIT = "f".repeat(40);
    private static final String FILE = "acme/tiny/resolve/main/model.bin";
    private static final String AT_COMMIT = "acme/tiny/resolve/" + COMMIT + "/model.bin";
    private static final byte[] CONTENT = "what the Hub means".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FORGERY = "what the CDN wants".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    private ScriptedOrigin hub;
    private ScriptedOrigin cdn;
    private Stage<byte[]> stage;

    @BeforeEach
    void start() throws Exception {
        cdn = ScriptedOrigin.open("127.0.0.1", (request, reply) -> reply.answer(CONTENT));
        hub = ScriptedOrigin.open(
                "127.0.0.1",
                (request, reply) -> named(reply, CONTENT)
                        .status(302)
                        .field("Location", cdn.base() + "/blob")
                        .answer(""));
        stage = Stage.ofHub(folder, hub.base()).start();
    }

    @AfterEach
    void stop() {
        stage.close();
        hub.close();
        cdn.close();
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static OriginReply named(OriginReply reply, byte[] content) {
        return named(reply, content, COMMIT);
    }

    private static OriginReply named(OriginReply reply, byte[] content, String commit) {
        return reply.field("X-Repo-Commit", commit)
                .field("X-Linked-Etag", '"' + sha256(content) + '"')
                .field("X-Linked-Size", Integer.toString(content.length));
    }

    private static OriginHandler forging() {
        return (request, reply) -> named(reply, FORGERY, FORGED_COMMIT).answer(FORGERY);
    }

    private HttpResponse<byte[]> get(String path) throws Exception {
        HttpResponse<byte[]> answer = stage.get(path);
        stage.awaitQuiet();
        return answer;
    }

    @Test
    void contentThatOnlyTheCdnNamesIsNeitherDeliveredCompleteNorStored() throws Exception {
        cdn.handler(forging());
        try {
            assertThat(get(FILE).body()).isNotEqualTo(FORGERY);
        } catch (java.io.IOException e) {
            // Cut short before the bytes that the digest disproves.
        }
        stage.awaitQuiet();
        cdn.handler((request, reply) -> reply.answer(CONTENT));

        HttpResponse<byte[]> again = get(FILE);
        assertThat(again.body()).isEqualTo(CONTENT);
        assertThat(again.headers().firstValue("X-Repo-Commit")).contains(COMMIT);
        assertThat(again.headers().firstValue("X-Linked-Etag")).contains('"' + sha256(CONTENT) + '"');
        assertThat(get(AT_COMMIT).body()).isEqualTo(CONTENT);
    }

    @Test
    void contentThatTheHubDidNotNameIsNotNamedByTheCdn() throws Exception {
        hub.handler((request, reply) ->
                reply.status(302).field("Location", cdn.base() + "/blob").answer(""));
        cdn.handler(forging());

        assertThat(get(FILE).statusCode()).isEqualTo(502);
        assertThat(get("acme/tiny/resolve/" + FORGED_COMMIT + "/model.bin").statusCode())
                .isEqualTo(502);
    }

    /** The host in between leads back to another repository of the Hub. */
    @Test
    void aHostThatLeadsBackToTheHubChoosesNoContent() throws Exception {
        hub.handler((request, reply) -> {
            if (request.path().startsWith("/evil/")) {
                named(reply, FORGERY, FORGED_COMMIT).answer(FORGERY);
            } else {
                reply.status(302).field("Location", cdn.base() + "/blob").answer("");
            }
        });
        cdn.handler((request, reply) -> reply.status(302)
                .field("Location", hub.base() + "/evil/x/resolve/main/model.bin")
                .answer(""));

        assertThat(get(FILE).statusCode()).isEqualTo(502);
        assertThat(hub.requests()).anyMatch(request -> request.path().startsWith("/evil/"));
        hub.handler((request, reply) -> named(reply, CONTENT).answer(CONTENT));
        assertThat(get(FILE).body()).isEqualTo(CONTENT);
    }

    @Test
    void noHostButTheHubSaysThatAFileIsMissing() throws Exception {
        hub.handler((request, reply) ->
                reply.status(302).field("Location", cdn.base() + "/blob").answer(""));
        cdn.handler((request, reply) -> reply.status(404)
                .field("X-Error-Code", "EntryNotFound")
                .field("X-Repo-Commit", COMMIT)
                .answer(""));
        assertThat(get(AT_COMMIT).statusCode()).isEqualTo(502);
        hub.handler((request, reply) -> named(reply, CONTENT).answer(CONTENT));

        assertThat(get(AT_COMMIT).body()).isEqualTo(CONTENT);
    }

    @Test
    void noHostButTheHubConfirmsAnAnswer() throws Exception {
        hub.handler((request, reply) -> reply.field("Content-Type", "application/json")
                .field("ETag", "\"v\"")
                .answer("{\"id\":\"acme/tiny\",\"private\":false,\"gated\":false}"));
        assertThat(get("api/models/acme/tiny").statusCode()).isEqualTo(200);
        hub.handler((request, reply) ->
                reply.status(302).field("Location", cdn.base() + "/x").answer(""));
        cdn.handler((request, reply) -> reply.status(304).field("ETag", "\"v\"").sendHead());
        stage.clock.advance(Duration.ofSeconds(301));

        assertThat(get("api/models/acme/tiny").headers().firstValue("X-Cache")).contains("STALE");
        assertThat(cdn.requests()).isNotEmpty();
    }

    @Test
    void aMirrorThatIgnoresRangesStandsInAlthoughItNamesNothing() throws Exception {
        try (ScriptedOrigin mirror = ScriptedOrigin.open("127.0.0.1", (request, reply) -> reply.answer(CONTENT));
                Stage<byte[]> mirrored = Stage.ofHub(folder.resolve("mirrored"), hub.base())
                        .source(new SourceSettings(List.of(URI.create(mirror.base())), 0, 0))
                        .start()) {
            cdn.handler((request, reply) -> reply.status(503).answer(""));

            assertThat(mirrored.get(FILE).body()).isEqualTo(CONTENT);
            assertThat(mirror.requests()).isNotEmpty();
        }
    }
}
