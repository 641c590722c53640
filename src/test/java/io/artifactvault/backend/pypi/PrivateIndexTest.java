package io.artifactvault.backend.pypi;

import static io.artifactvault.backend.pypi.PyPiStage.field;
import static io.artifactvault.backend.pypi.PyPiStage.text;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.artifactvault.testhub.Content;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Who receives what, from an index with a login, and while an index cannot respond. */
class PrivateIndexTest {
    private static final String ALICE = basic("alice:s3cret");
    private static final String MALLORY = basic("mallory:guess");
    private static final String FILE = "packages/aa/demo-1.0-py3-none-any.whl";

    @TempDir
    Path dir;

    private final ScriptedIndex index = new ScriptedIndex();

    @SuppressWarnings("NullAway.Init") // each test opens it
    private PyPiStage vault;

    private static String basic(String login) {
        return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    }

    private void open() throws Exception {
        vault = PyPiStage.open(dir, index);
    }

    @AfterEach
    void close() {
        vault.close();
        index.close();
    }

    @Test
    void onlyCallersWhoseLoginTheIndexAcceptsReceiveWhatIsStored() throws Exception {
        Content wheel = index.add("demo", "demo-1.0-py3-none-any.whl", 1, "");
        index.login = ALICE;
        open();

        assertThat(vault.status("simple/demo/", "Authorization", ALICE)).isEqualTo(200);
        assertThat(vault.get(FILE, "Authorization", ALICE).body()).isEqualTo(wheel.bytes());
        vault.stage.awaitQuiet();
        for (String path : new String[] {"simple/demo/", FILE, FILE + ".metadata"}) {
            var anonymous = vault.get(path);
            assertThat(anonymous.statusCode()).as(path).isEqualTo(401);
            assertThat(field(anonymous, "WWW-Authenticate")).isEqualTo("Basic realm=\"index\"");
            assertThat(vault.status(path, "Authorization", MALLORY)).as(path).isEqualTo(401);
            assertThat(vault.status(path, "Authorization", MALLORY, "Range", "bytes=0-9"))
                    .as(path)
                    .isEqualTo(401);
            assertThat(vault.stage.head(path).statusCode()).as(path).isEqualTo(401);
        }
    }

    @Test
    void theirResponsesArePrivate() throws Exception {
        index.add("demo", "demo-1.0-py3-none-any.whl", 1, "");
        index.login = ALICE;
        open();

        for (String path : new String[] {"simple/demo/", FILE}) {
            assertThat(field(vault.get(path, "Authorization", ALICE), "Cache-Control"))
                    .startsWith("private");
            assertThat(field(vault.get(path, "Authorization", ALICE), "Cache-Control"))
                    .startsWith("private");
        }
    }

    @Test
    void theIndexIsAskedAgainWhenItsPermissionIsOld() throws Exception {
        index.add("demo", "demo-1.0-py3-none-any.whl", 1, "");
        index.login = ALICE;
        open();
        vault.get(FILE, "Authorization", ALICE);
        vault.stage.awaitQuiet();

        index.login = basic("alice:changed");
        assertThat(vault.status(FILE, "Authorization", ALICE)).isEqualTo(200);
        vault.stage.clock.advance(Duration.ofSeconds(301));
        assertThat(vault.status(FILE, "Authorization", ALICE)).isEqualTo(401);
    }

    @Test
    void whoMayNotHaveAPrivatePageDoesNotGetItWhileTheIndexIsDown() throws Exception {
        index.add("demo", "demo-1.0-py3-none-any.whl", 1, "");
        index.login = ALICE;
        open();
        vault.get(FILE, "Authorization", ALICE);
        vault.stage.awaitQuiet();
        index.index.stop();

        assertThat(vault.status(FILE, "Authorization", ALICE)).isEqualTo(200);
        assertThat(vault.status(FILE)).isIn(401, 502, 503, 504);
        assertThat(vault.status("simple/demo/", "Authorization", MALLORY)).isIn(401, 502, 503, 504);
    }

    @Test
    void theLoginIsForTheIndexAlone() throws Exception {
        Content wheel = ScriptedIndex.wheel(7);
        index.contents.put("/files/demo-1.0-py3-none-any.whl", wheel);
        index.list(
                "demo",
                new ScriptedIndex.Listed(
                        "demo-1.0-py3-none-any.whl",
                        index.files.base() + "/files/demo-1.0-py3-none-any.whl",
                        ScriptedIndex.verified(wheel, "")));
        index.scripts.put("/files/demo-1.0-py3-none-any.whl", (request, reply) -> reply.serve(wheel));
        index.login = ALICE;
        open();

        String path = "127.0.0.1:" + index.files.port() + "/files/demo-1.0-py3-none-any.whl";
        var response = vault.get(path, "Authorization", ALICE);
        assertThat(response.body()).isEqualTo(wheel.bytes());
        assertThat(index.files.requests())
                .isNotEmpty()
                .allMatch(asked -> asked.field("Authorization").isEmpty());
        assertThat(vault.why(response)).doesNotContain(ALICE, "s3cret");
    }

    @Test
    void theLoginDoesNotFollowARedirectToAnotherHost() throws Exception {
        Content wheel = index.add("demo", "demo-1.0-py3-none-any.whl", 1, "");
        index.login = ALICE;
        index.scripts.put(
                "/" + FILE,
                (request, reply) -> reply.status(302)
                        .field("Location", index.files.base() + "/moved.whl")
                        .answer(""));
        index.scripts.put("/moved.whl", (request, reply) -> reply.serve(wheel));
        open();

        assertThat(vault.get(FILE, "Authorization", ALICE).body()).isEqualTo(wheel.bytes());
        assertThat(index.files.requests())
                .isNotEmpty()
                .allMatch(asked -> asked.field("Authorization").isEmpty());
    }

    @Test
    void theLoginIsInNoLogLine() throws Exception {
        index.add("demo", "demo-1.0-py3-none-any.whl", 1, "");
        index.login = ALICE;
        open();
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Logger log = (Logger) LoggerFactory.getLogger("io.artifactvault");
        Level before = log.getLevel();
        log.setLevel(Level.TRACE);
        log.addAppender(lines);
        try {
            vault.get(FILE, "Authorization", ALICE);
            vault.get(FILE, "Authorization", MALLORY);
            vault.stage.clock.advance(Duration.ofHours(1));
            index.index.stop();
            vault.get("simple/demo/", "Authorization", ALICE);
            vault.get("simple/other/", "Authorization", ALICE);
        } finally {
            log.detachAppender(lines);
            log.setLevel(before);
        }

        assertThat(lines.list)
                .isNotEmpty()
                .extracting(ILoggingEvent::getFormattedMessage)
                .noneMatch(line -> line.contains(ALICE.substring("Basic ".length())) || line.contains("s3cret"));
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503})
    void aPublicIndexThatCannotRespondLeavesWhatIsStored(int status) throws Exception {
        index.add("demo", "demo-1.0-py3-none-any.whl", 1, "");
        open();
        String page = text(vault.get("simple/demo/"));
        vault.get(FILE);
        vault.stage.awaitQuiet();
        vault.stage.clock.advance(Duration.ofHours(2));
        index.status = status;

        assertThat(text(vault.get("simple/demo/"))).isEqualTo(page);
        assertThat(vault.status(FILE)).isEqualTo(200);
        assertThat(vault.status("simple/unknown/")).isIn(429, 502, 503);
    }

    @Test
    void aProjectThatAppearsIsSeenOnceTheNegativeTtlHasPassed() throws Exception {
        open();
        assertThat(vault.status("simple/demo/")).isEqualTo(404);
        index.add("demo", "demo-1.0-py3-none-any.whl", 1, "");

        vault.stage.clock.advance(Duration.ofSeconds(59));
        assertThat(vault.status("simple/demo/")).isEqualTo(404);
        assertThat(index.pagesAsked()).hasSize(1);
        vault.stage.clock.advance(Duration.ofSeconds(2));
        assertThat(vault.status("simple/demo/")).isEqualTo(200);
    }
}
