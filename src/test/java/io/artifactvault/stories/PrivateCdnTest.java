package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Hasher;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.testhub.ScriptedOrigin;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One internal CDN is open to redirects, and nothing else of the network behind the vault: for both types of backends. */
@Timeout(120)
class PrivateCdnTest {
    private static final String INSIDE = "inside";
    private static final String FILE = "acme/tiny/resolve/main/model.bin";

    @TempDir
    Path folder;

    private ScriptedOrigin origin;
    private ScriptedOrigin cdn;
    private ScriptedOrigin neighbour;

    @BeforeEach
    void start() {
        neighbour = ScriptedOrigin.open("127.0.0.3", (request, reply) -> reply.answer("next door"));
        cdn = ScriptedOrigin.open("127.0.0.2", (request, reply) -> reply.answer(INSIDE));
        origin = ScriptedOrigin.open("127.0.0.1", (request, reply) -> reply.answer(""));
        leadTo(cdn.base());
    }

    private void leadTo(String base) {
        origin.handler((request, reply) -> reply.status(302)
                .field("Location", base + "/blob")
                .field("X-Repo-Commit", "a".repeat(40))
                .field("X-Linked-Etag", named(INSIDE))
                .field("X-Linked-Size", Integer.toString(INSIDE.length()))
                .answer(""));
    }

    /** As the Hub names content: only what it names counts as its word. */
    private static String named(String content) {
        Hasher hasher = Hasher.of(Digest.Algorithm.SHA256, content.length());
        hasher.update(ByteBuffer.wrap(content.getBytes(StandardCharsets.US_ASCII)));
        return '"' + hasher.finish().hex() + '"';
    }

    @AfterEach
    void stop() {
        origin.close();
        cdn.close();
        neighbour.close();
    }

    private int status(String type, PrivateTargets targets) throws Exception {
        Path cache = Files.createTempDirectory(folder, type);
        if (type.equals("huggingface")) {
            try (Stage<byte[]> stage = Stage.ofHub(cache, origin.base())
                    .hub(hub -> hub.privateRedirects(targets))
                    .start()) {
                return stage.get(FILE).statusCode();
            }
        }
        try (Stage<String> stage = Stage.ofFiles(cache, origin.base())
                .files(files -> files.following(targets))
                .start()) {
            return stage.get(FILE).statusCode();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "huggingface, 127.0.0.2",
        "huggingface, 127.0.0.2/31",
        "http, 127.0.0.2",
        "http, 127.0.0.2/32",
    })
    void aRedirectToAListedHostIsFollowed(String type, String listed) throws Exception {
        assertThat(status(type, PrivateTargets.of(listed))).isEqualTo(200);
        assertThat(cdn.requests()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"huggingface", "http"})
    void aListedNameIsFollowedToItsAddress(String type) throws Exception {
        try (ScriptedOrigin local = ScriptedOrigin.open("127.0.0.1", (request, reply) -> reply.answer(INSIDE))) {
            leadTo("http://localhost:" + local.port());
            assertThat(status(type, PrivateTargets.of("localhost"))).isEqualTo(200);
            leadTo("http://127.0.0.1:" + local.port());
            assertThat(status(type, PrivateTargets.of("localhost"))).isEqualTo(502);
            assertThat(local.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "huggingface, 127.0.0.3",
        "huggingface, cdn.internal",
        "huggingface, 10.0.0.0/8",
        "http, 127.0.0.3",
        "http, *.internal",
        "http, fd00::/8",
    })
    void aRedirectToAnUnlistedHostIsRefused(String type, String listed) throws Exception {
        assertThat(status(type, PrivateTargets.of(listed))).isEqualTo(502);
        assertThat(cdn.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"huggingface", "http"})
    void aListedHostLeadsToNoOtherPrivateOne(String type) throws Exception {
        cdn.handler((request, reply) ->
                reply.status(302).field("Location", neighbour.base() + "/x").answer(""));

        assertThat(status(type, PrivateTargets.of("127.0.0.2"))).isEqualTo(502);
        assertThat(cdn.requests()).isNotEmpty();
        assertThat(neighbour.requests()).isEmpty();
    }

    /** The backend's own address stays open when a chain comes back to it. */
    @ParameterizedTest
    @CsvSource({"huggingface", "http"})
    void aListedHostMayLeadBackToTheBackend(String type) throws Exception {
        String own = origin.base();
        origin.handler((request, reply) -> {
            if (request.path().equals("/back")) {
                reply.answer("home");
            } else {
                reply.status(302)
                        .field("Location", cdn.base() + "/blob")
                        .field("X-Repo-Commit", "a".repeat(40))
                        .field("X-Linked-Etag", named("home"))
                        .field("X-Linked-Size", "4")
                        .answer("");
            }
        });
        cdn.handler((request, reply) ->
                reply.status(302).field("Location", own + "/back").answer(""));

        assertThat(status(type, PrivateTargets.of("127.0.0.2"))).isEqualTo(200);
        assertThat(neighbour.requests()).isEmpty();
    }
}
