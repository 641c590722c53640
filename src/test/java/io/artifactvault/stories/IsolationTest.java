package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.HubUser;
import io.artifactvault.testhub.StandardSet;
import io.artifactvault.testhub.TestHub;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five callers, four repositories, six requests: what everybody fetched while they might, nobody gets who may not now. Each
 * of the 120 is asked of a vault that has everything.
 */
class IsolationTest {
    private static final String FILE = "weights.bin";
    private static final List<String> REPOSITORIES = List.of("public", "gated", "private", "deleted");
    private static final List<String> REQUESTS = List.of("GET", "HEAD", "Range", "If-None-Match", "API", "alias path");

    private static final Set<String> OF_A = Set.of("public", "gated", "private");

    @TempDir
    Path dir;

    private TestHub hub;
    private Stage stage;
    private HubUser carol;
    private final Map<String, String> callers = new LinkedHashMap<>();
    private final Map<String, String> tags = new LinkedHashMap<>();

    @BeforeEach
    void open() throws Exception {
        hub = TestHub.standard();
        carol = hub.user("carol", "hf_carolMayReadUntilSheMayNot");
        HubUser alice = hub.user("alice", StandardSet.ALICE_TOKEN);
        for (String name : REPOSITORIES) {
            HubRepository repository = hub.repo("models", "iso/" + name)
                    .gated(name.equals("gated"))
                    .hidden(name.equals("private"))
                    .file("config.json", "{\"secret\": \"" + secret(name) + "\"}")
                    .lfs(FILE, secret(name).repeat(40).getBytes(StandardCharsets.UTF_8));
            repository.push();
            alice.grant(repository);
            carol.grant(repository);
            tags.put(name, repository.at(FILE).identity());
        }
        callers.put("none", "");
        callers.put("A", alice.bearer());
        callers.put("B", "Bearer " + StandardSet.BOB_TOKEN);
        callers.put("revoked", carol.bearer());
        callers.put("malformed", "Bearer hf_\"; nobody=");
        stage = new Stage(dir, hub.base()).start();
    }

    @AfterEach
    void close() {
        stage.close();
        hub.close();
    }

    private static String secret(String name) {
        return "the-secret-of-" + name + ";";
    }

    /** While A, and whose token is revoked later, may read everything, they do. */
    private void warmUp() throws Exception {
        for (String caller : List.of("A", "revoked")) {
            for (String name : REPOSITORIES) {
                for (String request : REQUESTS) {
                    assertThat(ask(caller, name, request).statusCode()).isBetween(200, 304);
                }
            }
        }
        stage.awaitQuiet();
        carol.revokeToken();
        hub.delete(hub.repo("models", "iso/deleted"));
    }

    private HttpResponse<byte[]> ask(String caller, String name, String request) throws Exception {
        String file = "iso/" + name + "/resolve/main/" + FILE;
        return switch (request) {
            case "GET" -> send(caller, "GET", file);
            case "HEAD" -> send(caller, "HEAD", file);
            case "Range" -> send(caller, "GET", file, "Range", "bytes=3-9");
            case "If-None-Match" -> send(caller, "GET", file, "If-None-Match", "\"" + tags.get(name) + "\"");
            case "API" -> send(caller, "GET", "api/models/iso/" + name);
            default -> send(caller, "GET", "ISO/" + name + "/resolve/main/" + FILE);
        };
    }

    private HttpResponse<byte[]> send(String caller, String method, String below, String... fields) throws Exception {
        List<String> all = new ArrayList<>(List.of(fields));
        String credential = callers.getOrDefault(caller, "");
        if (!credential.isEmpty()) {
            all.addAll(List.of("Authorization", credential));
        }
        return stage.send(method, below, all.toArray(String[]::new));
    }

    /** What is not for this caller: any success, any byte of the content, its validator or its length. */
    private boolean leaks(HttpResponse<byte[]> answer, String name) {
        String body = new String(answer.body(), StandardCharsets.UTF_8);
        return answer.statusCode() < 400
                || body.contains(secret(name).substring(0, 14))
                || answer.headers().map().toString().contains(tags.get(name))
                || answer.headers().firstValue("x-linked-size").isPresent();
    }

    /** Files; of a gated repository everybody may have the metadata. */
    private static boolean mayHave(String caller, String name) {
        return name.equals("public") || (caller.equals("A") && OF_A.contains(name));
    }

    private List<String> leaks() throws Exception {
        List<String> leaks = new ArrayList<>();
        int asked = 0;
        for (String caller : callers.keySet()) {
            for (String name : REPOSITORIES) {
                for (String request : REQUESTS) {
                    HttpResponse<byte[]> answer = ask(caller, name, request);
                    boolean metadataOfGated = name.equals("gated") && request.equals("API");
                    if (!mayHave(caller, name) && !metadataOfGated && leaks(answer, name)) {
                        leaks.add(caller + " " + name + " " + request + ": " + answer.statusCode());
                    }
                    asked++;
                }
            }
        }
        assertThat(asked).isEqualTo(120);
        return leaks;
    }

    @Test
    void noneOf120AnswersLeaks() throws Exception {
        warmUp();
        stage.clock.advance(Duration.ofSeconds(301));
        assertThat(leaks()).isEmpty();
        assertThat(leaks()).as("and once more, with refusals kept").isEmpty();
        for (String name : OF_A) {
            assertThat(ask("A", name, "GET").statusCode()).as(name).isEqualTo(200);
        }
        assertThat(ask("none", "public", "alias path").statusCode()).isEqualTo(200);
    }

    @Test
    void noneLeaksWhileTheHubIsAwayBeyondTheGrants() throws Exception {
        warmUp();
        hub.stop();
        stage.clock.advance(Duration.ofSeconds(301));
        // What was deleted while nobody could hear of it was public when it was last seen.
        assertThat(leaks()).allMatch(leak -> leak.contains(" deleted "));
        assertThat(ask("A", "gated", "GET").statusCode()).isBetween(502, 504);
        assertThat(ask("none", "public", "GET").statusCode()).isEqualTo(200);
    }

    @Test
    void aFreshGrantIsForItsOwnerAlone() throws Exception {
        warmUp();
        assertThat(leaks())
                .as("within the life of their grants only the two who were allowed")
                .allMatch(leak -> leak.startsWith("revoked ") || leak.contains(" deleted "));
    }

    @Test
    void aThousandWarmHitsAskTheHubAtMostTwice() throws Exception {
        warmUp();
        ask("A", "private", "GET");
        hub.reset();
        for (int i = 0; i < 250; i++) {
            for (String request : List.of("GET", "HEAD", "Range", "If-None-Match")) {
                assertThat(ask("A", i % 2 == 0 ? "gated" : "private", request).statusCode())
                        .isBetween(200, 304);
            }
        }
        assertThat(hub.requests()).hasSizeLessThanOrEqualTo(2);
    }
}
