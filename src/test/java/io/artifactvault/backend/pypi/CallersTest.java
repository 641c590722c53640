package io.artifactvault.backend.pypi;

import static io.artifactvault.backend.pypi.PyPiStage.JSON;
import static io.artifactvault.backend.pypi.PyPiStage.field;
import static io.artifactvault.backend.pypi.PyPiStage.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.pypi.dist.Wheels;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.OriginHandler;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Indexes that do not treat all callers alike: files more restricted than their page, and pages that differ. */
class CallersTest {
    private static final String ALICE = basic("alice:s3cret");
    private static final String BOB = basic("bob:pass");
    private static final String NAME = "demo-1.0-py3-none-any.whl";
    private static final String FILE = "packages/aa/" + NAME;

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

    private static OriginHandler onlyFor(String login, Content content) {
        return (request, reply) -> {
            if (request.field("Authorization").orElse("").equals(login)) {
                reply.field("Content-Type", "application/octet-stream").serve(content);
            } else {
                reply.status(403).answer("no");
            }
        };
    }

    /** Lists a wheel that only Alice may have. */
    private Content restrict(String path, Content content) {
        index.scripts.put("/" + path, onlyFor(ALICE, content));
        return content;
    }

    private String announced(Content metadata) {
        return "\"core-metadata\":{\"sha256\":\"" + metadata.sha256() + "\"}";
    }

    private int status(String path, String login) throws Exception {
        return login.isEmpty() ? vault.status(path) : vault.status(path, "Authorization", login);
    }

    @ParameterizedTest
    @ValueSource(strings = {FILE, FILE + ".metadata", FILE + ".asc", "integrity/demo/1.0/" + NAME + "/provenance"})
    void aFileThatIsMoreRestrictedThanItsPageGoesOnlyToWhomItsIndexLetsHaveIt(String path) throws Exception {
        Content metadata = Content.of("Metadata-Version: 2.1\n");
        Content wheel = index.add(
                "demo",
                NAME,
                1,
                announced(metadata) + ",\"gpg-sig\":true,\"provenance\":\"" + index.index.base()
                        + "/integrity/demo/1.0/" + NAME + "/provenance\"");
        Content content = path.equals(FILE) ? wheel : path.endsWith(".metadata") ? metadata : Content.of("secret");
        restrict(path, content);
        open();

        assertThat(status(path, "")).isEqualTo(403);
        assertThat(vault.get(path, "Authorization", ALICE).body()).isEqualTo(content.bytes());
        vault.stage.awaitQuiet();
        for (String other : List.of("", BOB)) {
            assertThat(status(path, other)).as(other).isEqualTo(403);
            assertThat(status("simple/demo/", other)).as(other).isEqualTo(200);
        }
        assertThat(vault.stage.head(path).statusCode()).isEqualTo(403);
        assertThat(vault.status(path, "Range", "bytes=0-3")).isEqualTo(403);
        assertThat(vault.status(path, "If-None-Match", '"' + content.sha256() + '"'))
                .isEqualTo(403);
        index.reset();
        assertThat(field(vault.get(path, "Authorization", ALICE), "Cache-Control"))
                .startsWith("private");
        assertThat(index.filesAsked()).isEmpty();
    }

    @Test
    void aRefusedFileDoesNotCloseItsPage() throws Exception {
        index.add("demo", NAME, 1, "");
        index.add("demo", "demo-2.0-py3-none-any.whl", 2, "");
        restrict(FILE, ScriptedIndex.wheel(1));
        open();
        vault.get("packages/aa/demo-2.0-py3-none-any.whl");
        vault.stage.awaitQuiet();
        assertThat(status(FILE, "")).isEqualTo(403);
        index.reset();

        assertThat(status("simple/demo/", "")).isEqualTo(200);
        assertThat(status("packages/aa/demo-2.0-py3-none-any.whl", "")).isEqualTo(200);
        assertThat(index.pagesAsked()).isEmpty();
        assertThat(index.filesAsked()).isSubsetOf("HEAD /packages/aa/demo-2.0-py3-none-any.whl");
    }

    @Test
    void aPublicFileNeedsNoRequestOfItsOwnForAsLongAsItsPageIsPublic() throws Exception {
        index.add("demo", NAME, 1, "");
        open();
        vault.get(FILE);
        vault.stage.awaitQuiet();

        for (int i = 0; i < 3; i++) {
            index.reset();
            vault.stage.clock.advance(Duration.ofSeconds(301));
            assertThat(status(FILE, "")).isEqualTo(200);
            assertThat(status(FILE, BOB)).isEqualTo(200);
            assertThat(index.filesAsked()).isEmpty();
        }
    }

    @Test
    void whoeverNamesTheDigestOfAPrivateFileDoesNotGetIt() throws Exception {
        Content secret = index.add("demo", NAME, 1, announced(Content.of("private metadata")));
        String page = "{\"files\":[{\"filename\":\"" + NAME + "\",\"url\":\"/" + FILE + "\","
                + ScriptedIndex.verified(secret, announced(Content.of("private metadata"))) + "}]}";
        index.scripts.put("/simple/demo/", (request, reply) -> {
            if (request.field("Authorization").orElse("").equals(ALICE)) {
                reply.field("Content-Type", JSON).answer(page);
            } else {
                reply.status(401).answer("no");
            }
        });
        restrict(FILE, secret);
        restrict(FILE + ".metadata", Content.of("private metadata"));
        index.list(
                "evil",
                new ScriptedIndex.Listed(
                        "evil-1.0-py3-none-any.whl",
                        index.index.base() + "/evil/evil-1.0-py3-none-any.whl",
                        ScriptedIndex.verified(secret, announced(Content.of("private metadata")))));
        open();
        assertThat(vault.get(FILE, "Authorization", ALICE).body()).isEqualTo(secret.bytes());
        assertThat(status(FILE + ".metadata", ALICE)).isEqualTo(200);
        vault.stage.awaitQuiet();

        for (String evil : List.of("evil/evil-1.0-py3-none-any.whl", "evil/evil-1.0-py3-none-any.whl.metadata")) {
            for (String caller : List.of("", BOB, ALICE)) {
                assertThat(status(evil, caller)).as(evil + caller).isEqualTo(404);
            }
            assertThat(vault.stage.head(evil).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void metadataFromAWheelGoesOnlyToWhomTheWheelMayGo() throws Exception {
        Content wheel = Content.of(Wheels.wheel("demo", "1.0", 10));
        index.list("demo", new ScriptedIndex.Listed(NAME, "/" + FILE, ScriptedIndex.verified(wheel, "")));
        restrict(FILE, wheel);
        open();
        byte[] metadata = vault.get(FILE + ".metadata", "Authorization", ALICE).body();
        assertThat(new String(metadata, StandardCharsets.UTF_8)).contains("Name: demo");
        vault.stage.awaitQuiet();

        assertThat(status(FILE + ".metadata", "")).isEqualTo(403);
        assertThat(status(FILE + ".metadata", BOB)).isEqualTo(403);
        assertThat(status("simple/demo/", "")).isEqualTo(200);
        assertThat(status(FILE + ".metadata", ALICE)).isEqualTo(200);
    }

    /** A page of its own for each caller in {@code callers}, with one file; 401 for all others. */
    private void pagePerCaller(Set<String> callers) {
        index.scripts.put("/simple/demo/", (request, reply) -> {
            String login = request.field("Authorization").orElse("");
            if (!callers.contains(login)) {
                reply.status(401).field("WWW-Authenticate", "Basic").answer("no");
                return;
            }
            String etag = "\"" + login.hashCode() + "\"";
            if (request.field("If-None-Match").orElse("").equals(etag)) {
                reply.status(304).field("ETag", etag).answer("");
                return;
            }
            reply.field("Content-Type", JSON)
                    .field("ETag", etag)
                    .field("X-PyPI-Last-Serial", login.equals(ALICE) ? "7" : "5")
                    .answer("{\"files\":[{\"filename\":\"" + ownFile(login) + "\",\"url\":\"/p/" + ownFile(login)
                            + "\",\"hashes\":{}}]}");
        });
        for (String caller : callers) {
            index.scripts.put("/p/" + ownFile(caller), onlyFor(caller, Content.of("of " + caller)));
        }
    }

    private static String ownFile(String login) {
        return "demo-" + (login.equals(ALICE) ? "1" : login.equals(BOB) ? "2" : "3") + ".0.tar.gz";
    }

    private String page(String login) throws Exception {
        return text(
                login.isEmpty()
                        ? vault.get("simple/demo/", "Accept", JSON)
                        : vault.get("simple/demo/", "Accept", JSON, "Authorization", login));
    }

    @Test
    void eachCallerGetsTheOwnPageOfAnIndexThatShowsThemDifferentOnes() throws Exception {
        pagePerCaller(Set.of(ALICE, BOB));
        open();

        for (int i = 0; i < 3; i++) {
            for (String caller : List.of(BOB, ALICE, BOB)) {
                assertThat(page(caller)).contains(ownFile(caller));
                assertThat(status("p/" + ownFile(caller), caller)).isEqualTo(200);
            }
            assertThat(status("p/" + ownFile(ALICE), BOB)).isEqualTo(404);
            assertThat(status("p/" + ownFile(BOB), ALICE)).isEqualTo(404);
            assertThat(status("simple/demo/", "")).isEqualTo(401);
            vault.stage.clock.advance(Duration.ofSeconds(i == 0 ? 10 : 301));
        }
    }

    @Test
    void aCallerWithALoginGetsTheOwnPageOfAPublicIndexAndNobodyElseDoes() throws Exception {
        pagePerCaller(Set.of(ALICE, BOB, ""));
        open();

        for (int i = 0; i < 3; i++) {
            for (String caller : List.of("", ALICE, "", BOB, ALICE, "")) {
                assertThat(page(caller)).contains(ownFile(caller));
            }
            assertThat(status("p/" + ownFile(ALICE), ALICE)).isEqualTo(200);
            assertThat(status("p/" + ownFile(ALICE), "")).isEqualTo(404);
            vault.stage.awaitQuiet();
            vault.stage.clock.advance(Duration.ofSeconds(i == 0 ? 10 : 301));
        }
    }

    @Test
    void anUnchangedPageIsConfirmedForItsCallerAlone() throws Exception {
        pagePerCaller(Set.of(ALICE));
        open();
        page(ALICE);
        assertThat(index.pagesAsked()).hasSize(1);
        index.reset();
        vault.stage.clock.advance(Duration.ofSeconds(301));

        assertThat(page(ALICE)).contains(ownFile(ALICE));
        assertThat(index.pagesAsked())
                .hasSize(1)
                .allMatch(asked -> asked.field("If-None-Match").isPresent());
        assertThat(index.index.bodyBytesSent()).isZero();
    }

    @Test
    void theListOfProjectsIsEachCallersOwn() throws Exception {
        index.scripts.put(
                "/simple/",
                (request, reply) -> reply.field("Content-Type", JSON)
                        .answer("{\"projects\":[{\"name\":\""
                                + (request.field("Authorization").isPresent() ? "with" : "without")
                                + "-login\"}]}"));
        open();

        for (int i = 0; i < 2; i++) {
            assertThat(text(vault.get("simple/", "Accept", JSON))).contains("without-login");
            assertThat(text(vault.get("simple/", "Accept", JSON, "Authorization", ALICE)))
                    .contains("with-login");
            vault.stage.awaitQuiet();
        }
    }
}
