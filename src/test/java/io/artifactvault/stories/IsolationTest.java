package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.origin.BreakerSettings;
import io.artifactvault.origin.RetrySettings;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.Fields;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.HubUser;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.StandardSet;
import io.artifactvault.testhub.TestHub;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five callers, seven repositories, twenty requests: what was fetched by those who might then, nobody gets who may not now. Each of
 * the 700 cells is asked of a vault that has everything; where the caller may not have it, the answer is the same to the octet as
 * that of a second vault before the same Hub, which has nothing.
 */
class IsolationTest {
    private static final String FILE = "weights.bin";
    private static final List<String> REPOSITORIES =
            List.of("public", "gated", "private", "deleted", "taken", "rewritten", "login");

    /** At a branch, or of the repository as it is now. */
    private static final List<String> NOW = List.of(
            "GET",
            "HEAD",
            "Range",
            "If-None-Match",
            "only-if-cached",
            "no-store",
            "alias path",
            "API",
            "API tree",
            "API refs",
            "API paths-info",
            "batch");

    /** Of what the repository held when it was fetched. */
    private static final List<String> THEN = List.of(
            "GET at commit",
            "HEAD at commit",
            "Range at commit",
            "absent at commit",
            "API at commit",
            "API tree at commit",
            "layer",
            "layer range");

    private static final Set<String> OF_A = Set.of("public", "gated", "private", "login");
    private static final Set<String> REPLACED = Set.of("taken", "rewritten");
    private static final Set<String> UNLIKE = Set.of("date", "x-request-id");

    @TempDir
    Path dir;

    private TestHub hub;
    private Stage<byte[]> stage;
    private Stage<byte[]> blank;
    private HubUser alice;
    private HubUser carol;
    private final Map<String, String> callers = new LinkedHashMap<>();
    private final Map<String, String> tags = new LinkedHashMap<>();
    private final Map<String, String> commits = new LinkedHashMap<>();

    @BeforeEach
    void open() throws Exception {
        hub = TestHub.standard();
        carol = hub.user("carol", "hf_carolMayReadUntilSheMayNot");
        alice = hub.user("alice", StandardSet.ALICE_TOKEN);
        for (String name : REPOSITORIES) {
            HubRepository repository = hub.repo("models", "iso/" + name)
                    .gated(name.equals("gated"))
                    .hidden(Set.of("private", "taken", "rewritten", "login").contains(name))
                    .file("config.json", "{\"secret\": \"" + secret(name) + "\"}")
                    .lfs(FILE, secret(name).repeat(40).getBytes(StandardCharsets.UTF_8));
            commits.put(name, repository.push());
            alice.grant(repository);
            carol.grant(repository);
            tags.put(name, repository.at(FILE).identity());
        }
        callers.put("none", "");
        callers.put("A", alice.bearer());
        callers.put("B", "Bearer " + StandardSet.BOB_TOKEN);
        callers.put("revoked", carol.bearer());
        callers.put("malformed", "Bearer hf_\"; nobody=");
        stage = vault("full");
        blank = vault("blank");
    }

    /** Without a breaker and retries, whose memory differs with what was asked before. */
    private Stage<byte[]> vault(String name) throws Exception {
        return Stage.ofHub(dir.resolve(name), hub.base())
                .breaker(new BreakerSettings(1_000_000, Duration.ofMillis(1)))
                .retry(new RetrySettings(1, Duration.ofSeconds(2), 10))
                .start();
    }

    @AfterEach
    void close() {
        stage.close();
        blank.close();
        hub.close();
    }

    private static String secret(String name) {
        return "the-secret-of-" + name + ";";
    }

    private static List<String> requests() {
        List<String> all = new ArrayList<>(NOW);
        all.addAll(THEN);
        return all;
    }

    /** While A, and whose token is revoked later, may read everything, they do; then the repositories become what they are called. */
    private void warmUp() throws Exception {
        for (String caller : List.of("A", "revoked")) {
            for (String name : REPOSITORIES) {
                for (String request : requests()) {
                    boolean absent = request.startsWith("absent") || request.equals("only-if-cached");
                    assertThat(ask(stage, caller, name, request).statusCode())
                            .as(caller + " " + name + " " + request)
                            .isBetween(200, absent ? 504 : 304);
                }
            }
        }
        stage.awaitQuiet();
        carol.revokeToken();
        hub.delete(repository("deleted"));
        hub.delete(repository("taken"));
        repository("taken").file("README.md", "of another owner").push();
        HubRepository rewritten = repository("rewritten");
        rewritten.remove(FILE).file("config.json", "{}").rewrite();
        rewritten.hidden(false);
        putALoginBefore("iso/login");
    }

    private HubRepository repository(String name) {
        return hub.repo("models", "iso/" + name);
    }

    /** A gateway that sends whom it does not know to a login page on another host. */
    private void putALoginBefore(String repository) {
        Predicate<OriginRequest> unknown =
                request -> !request.field("Authorization").orElse("").equals(alice.bearer());
        Fields redirect = Fields.of("Location", hub.cdn().base() + "/login");
        hub.fail(
                Asked.hub()
                        .and(request -> request.path().toLowerCase(Locale.ROOT).contains(repository))
                        .and(unknown),
                Fault.answer(302, redirect, "log in"));
        hub.fail(Asked.cdn().and(Asked.path("/login")), Fault.loginPage());
    }

    private HttpResponse<byte[]> ask(Stage<byte[]> vault, String caller, String name, String request) throws Exception {
        String file = "iso/" + name + "/resolve/main/" + FILE;
        String then = "iso/" + name + "/resolve/" + commits.get(name) + "/" + FILE;
        String api = "api/models/iso/" + name;
        String layer = "v2/iso/" + name + "/blobs/sha256:" + tags.get(name);
        return switch (request) {
            case "GET" -> send(vault, caller, "GET", file);
            case "HEAD" -> send(vault, caller, "HEAD", file);
            case "Range" -> send(vault, caller, "GET", file, "Range", "bytes=3-9");
            case "If-None-Match" -> send(vault, caller, "GET", file, "If-None-Match", "\"" + tags.get(name) + "\"");
            case "only-if-cached" -> send(vault, caller, "GET", file, "Cache-Control", "only-if-cached");
            case "no-store" -> send(vault, caller, "GET", file, "Cache-Control", "no-store");
            case "API" -> send(vault, caller, "GET", api);
            case "API tree" -> send(vault, caller, "GET", api + "/tree/main?recursive=true");
            case "API refs" -> send(vault, caller, "GET", api + "/refs");
            case "API paths-info" ->
                post(vault, caller, api + "/paths-info/main", "application/json", "{\"paths\":[\"" + FILE + "\"]}");
            case "batch" ->
                post(
                        vault,
                        caller,
                        "iso/" + name + ".git/info/lfs/objects/batch",
                        "application/vnd.git-lfs+json",
                        "{\"operation\":\"download\",\"objects\":[{\"oid\":\"" + tags.get(name) + "\",\"size\":1}]}");
            case "GET at commit" -> send(vault, caller, "GET", then);
            case "HEAD at commit" -> send(vault, caller, "HEAD", then);
            case "Range at commit" -> send(vault, caller, "GET", then, "Range", "bytes=3-9");
            case "absent at commit" -> send(vault, caller, "GET", then + ".absent");
            case "API at commit" -> send(vault, caller, "GET", api + "/revision/" + commits.get(name));
            case "API tree at commit" ->
                send(vault, caller, "GET", api + "/tree/" + commits.get(name) + "?recursive=true");
            case "layer" -> send(vault, caller, "GET", layer);
            case "layer range" -> send(vault, caller, "GET", layer, "Range", "bytes=3-9");
            default -> send(vault, caller, "GET", "ISO/" + name + "/resolve/main/" + FILE);
        };
    }

    private HttpResponse<byte[]> send(Stage<byte[]> vault, String caller, String method, String below, String... fields)
            throws Exception {
        List<String> all = new ArrayList<>(List.of(fields));
        String credential = callers.getOrDefault(caller, "");
        if (!credential.isEmpty()) {
            all.addAll(List.of("Authorization", credential));
        }
        return vault.send(method, below, all.toArray(String[]::new));
    }

    private HttpResponse<byte[]> post(Stage<byte[]> vault, String caller, String below, String type, String body)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(vault.uri("/huggingface/" + below))
                .timeout(Stage.PATIENCE)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!callers.getOrDefault(caller, "").isEmpty()) {
            request.header("Authorization", callers.getOrDefault(caller, ""));
        }
        return vault.client().send(request.build(), BodyHandlers.ofByteArray());
    }

    /** What is not for this caller: any success, any byte of the content, its validator or its length. */
    private boolean leaks(HttpResponse<byte[]> answer, String name, String request) {
        String body = new String(answer.body(), StandardCharsets.UTF_8);
        boolean batch = request.equals("batch");
        return (answer.statusCode() < 400 && !(batch && REPLACED.contains(name)))
                || body.contains("/_lfs/")
                || body.contains(secret(name).substring(0, 14))
                // Who asks for a layer by its digest knows that.
                || (!request.startsWith("layer")
                        && answer.headers().map().toString().contains(tags.get(name)))
                || answer.headers().firstValue("x-linked-size").isPresent();
    }

    /** Of a gated repository everybody may have the metadata; of what took another's place, what it holds now. */
    private static boolean mayHave(String caller, String name, String request) {
        boolean metadata = request.startsWith("API");
        return name.equals("public")
                || (name.equals("gated") && metadata)
                || (caller.equals("A") && OF_A.contains(name))
                || (REPLACED.contains(name) && NOW.contains(request) && !request.equals("batch"));
    }

    /** Whom the Hub lets have what is there now may see no more than that. */
    private boolean resurrects(HttpResponse<byte[]> answer, String name) {
        return REPLACED.contains(name)
                && (new String(answer.body(), StandardCharsets.UTF_8)
                                .contains(secret(name).substring(0, 14))
                        || answer.headers().map().toString().contains(tags.get(name)));
    }

    /** Each cell that leaks, or tells by its form what is stored. */
    private List<String> faults() throws Exception {
        List<String> faults = new ArrayList<>();
        int asked = 0;
        for (String caller : callers.keySet()) {
            for (String name : REPOSITORIES) {
                for (String request : requests()) {
                    fault(caller, name, request).ifPresent(faults::add);
                    asked++;
                }
            }
        }
        assertThat(asked).isEqualTo(700);
        return faults;
    }

    private Optional<String> fault(String caller, String name, String request) throws Exception {
        String cell = caller + " " + name + " " + request + ": ";
        Optional<HttpResponse<byte[]>> answer = whole(stage, caller, name, request);
        if (mayHave(caller, name, request)) {
            return Optional.of(cell + "resurrected").filter(_ -> answer.isEmpty() || resurrects(answer.get(), name));
        }
        if (answer.isPresent() && leaks(answer.get(), name, request)) {
            return Optional.of(cell + "leaked, " + answer.get().statusCode());
        }
        String ours = octets(answer);
        String theirs = octets(whole(blank, caller, name, request));
        return Optional.of(cell + ours + " but without anything stored " + theirs)
                .filter(_ -> !ours.equals(theirs));
    }

    /** Empty where it was cut, as bytes are that do not prove to be a layer. */
    private Optional<HttpResponse<byte[]>> whole(Stage<byte[]> vault, String caller, String name, String request)
            throws Exception {
        try {
            return Optional.of(ask(vault, caller, name, request));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String octets(Optional<HttpResponse<byte[]>> answer) {
        return answer.map(IsolationTest::octets).orElse("cut");
    }

    /** All that a client can read of an answer, but for what differs each time. */
    private static String octets(HttpResponse<byte[]> answer) {
        Map<String, List<String>> fields = new TreeMap<>(answer.headers().map());
        fields.keySet().removeAll(UNLIKE);
        return answer.statusCode() + " " + fields + " " + new String(answer.body(), StandardCharsets.UTF_8);
    }

    @Test
    void noneOf700ResponsesLeaksContentOrRevealsTheStore() throws Exception {
        warmUp();
        stage.clock.advance(Duration.ofSeconds(301));
        blank.clock.advance(Duration.ofSeconds(301));
        assertThat(faults()).isEmpty();
        assertThat(faults()).as("and once more, with refusals kept").isEmpty();
        for (String name : OF_A) {
            for (String request : requests()) {
                if (!request.startsWith("absent")) {
                    assertThat(ask(stage, "A", name, request).statusCode())
                            .as(name + " " + request)
                            .isBetween(200, 304);
                }
            }
        }
        assertThat(ask(stage, "none", "public", "alias path").statusCode()).isEqualTo(200);
    }

    @Test
    void noResponseLeaksOrRevealsTheStoreWhileTheHubIsDownBeyondTheGrants() throws Exception {
        warmUp();
        hub.stop();
        stage.clock.advance(Duration.ofSeconds(301));
        blank.clock.advance(Duration.ofSeconds(301));
        // What was deleted while nobody could hear of it was public when it was last seen; A's grants have ended.
        assertThat(faults()).allMatch(fault -> fault.contains(" deleted "));
        assertThat(ask(stage, "A", "gated", "GET").statusCode()).isEqualTo(502);
        assertThat(octets(ask(stage, "A", "gated", "GET"))).isEqualTo(octets(ask(blank, "A", "gated", "GET")));
        assertThat(ask(stage, "none", "public", "GET").statusCode()).isEqualTo(200);
    }

    @Test
    void aFreshGrantServesOnlyItsOwner() throws Exception {
        warmUp();
        assertThat(faults())
                .as("within the life of their grants only the two who were allowed")
                .allMatch(fault -> fault.startsWith("revoked ")
                        || fault.contains(" deleted ")
                        || (fault.startsWith("A ") && (fault.contains(" taken ") || fault.contains(" rewritten "))));
    }

    @Test
    void partialAndGrowingContentIsNotRevealedEither() throws Exception {
        byte[] large = new byte[3_000_000];
        HubRepository growing = hub.repo("models", "iso/growing").hidden(true).lfs(FILE, large);
        commits.put("growing", growing.push());
        tags.put("growing", growing.at(FILE).identity());
        alice.grant(growing);
        Gate gate = hub.gate(Asked.cdn(), 1_000_000);
        CompletableFuture<HttpResponse<byte[]>> fetched = CompletableFuture.supplyAsync(() -> {
            try {
                return ask(stage, "A", "growing", "GET");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        gate.awaitReached();
        expectAlike("growing");
        hub.cdn().stop();
        gate.open();
        expectAlike("growing");
        assertThat(fetched.handle((answer, failure) -> answer == null || failure != null)
                        .join())
                .as("cut off, so that a part is kept")
                .isTrue();
        stage.awaitQuiet();
        expectAlike("growing");
        hub.stop();
        expectAlike("growing");
    }

    private void expectAlike(String name) throws Exception {
        for (String caller : List.of("none", "B", "malformed")) {
            for (String request : requests()) {
                assertThat(fault(caller, name, request)).isEmpty();
            }
        }
    }

    @Test
    void aThousandWarmHitsAskTheHubAtMostTwice() throws Exception {
        warmUp();
        ask(stage, "A", "private", "GET");
        hub.reset();
        for (int i = 0; i < 250; i++) {
            for (String request : List.of("GET", "HEAD", "Range", "If-None-Match")) {
                assertThat(ask(stage, "A", i % 2 == 0 ? "gated" : "private", request)
                                .statusCode())
                        .isBetween(200, 304);
            }
        }
        assertThat(hub.requests()).hasSizeLessThanOrEqualTo(2);
    }
}
