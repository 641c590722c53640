package io.artifactvault.backend.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.artifactvault.app.VaultServer;
import io.artifactvault.config.ConfigException;
import io.artifactvault.config.ConfigReader;
import io.artifactvault.config.Overrides;
import io.artifactvault.config.VaultConfig;
import io.artifactvault.fixtures.Stage;
import io.artifactvault.fixtures.TestClock;
import io.artifactvault.testhub.Content;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The registry behind a real vault: what the vocabulary promises to such a backend, seen from both sides. */
class RegistryTest {
    private static final String ALICE = "Toy key-alice/session-1";
    private static final String BOB = "Toy key-bob/session-1";
    private static final String PASSWORD_OF_NOBODY = "";

    @TempDir
    Path dir;

    private final HttpClient client = HttpClient.newHttpClient();
    private final TestClock clock = new TestClock();
    private final ToyRegistry registry = new ToyRegistry();
    private VaultServer vault;

    @BeforeEach
    void open() throws Exception {
        open(Set.of());
    }

    private void open(Set<String> tokenHosts) throws Exception {
        vault = VaultServer.start(config(registry.stanza(tokenHosts)), clock, _ -> {});
    }

    private VaultConfig config(String stanza) throws Exception {
        Path file = Files.writeString(dir.resolve("vault.yml"), """
                server: {host: 127.0.0.1, port: 0}
                admin: {host: 127.0.0.1, port: 0}
                cache: {dir: "%s", min_revalidate_interval: 0}
                backends: [%s]
                """.formatted(dir.resolve("cache"), stanza));
        return new ConfigReader(List.of(new RegistryType())).read(file, Map.of(), Overrides.none());
    }

    @AfterEach
    void close() {
        vault.close();
        registry.close();
    }

    private HttpResponse<byte[]> send(String method, String below, String credential, String... fields)
            throws Exception {
        HttpRequest.Builder request = request(method, below, credential);
        if (fields.length > 0) {
            request.headers(fields);
        }
        HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
        Stage.awaitQuiet(vault);
        return answer;
    }

    private HttpRequest.Builder request(String method, String below, String credential) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + vault.port() + "/toys/" + below))
                .method(method, HttpRequest.BodyPublishers.noBody());
        return credential.isEmpty() ? request : request.header("Authorization", credential);
    }

    private HttpResponse<byte[]> get(String below, String credential, String... fields) throws Exception {
        return send("GET", below, credential, fields);
    }

    /** The index page of the package that needs no credential. */
    private HttpResponse<byte[]> page(String accept, String... fields) throws Exception {
        return get(
                "public/index",
                PASSWORD_OF_NOBODY,
                Stream.concat(Stream.of("Accept", accept), Stream.of(fields)).toArray(String[]::new));
    }

    private static String field(HttpResponse<?> answer, String name) {
        return String.join(", ", answer.headers().allValues(name));
    }

    private static String xCache(HttpResponse<?> answer) {
        return answer.headers().firstValue("X-Cache").orElse("none");
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static String file(String name) {
        return name + "/files/" + ToyRegistry.FILE.sha256();
    }

    @Test
    void aTokenIsFetchedAfterTheFirst401AndServesTheWholeScope() throws Exception {
        assertThat(text(get("tools/index", ALICE))).isEqualTo("{\"page\":\"/v1/tools/index\"}");
        assertThat(get("tools/latest", ALICE).statusCode()).isEqualTo(200);

        // Beside these, the vault asks without a credential whether everybody may have it.
        assertThat(registry.credentials())
                .filteredOn(credential -> !credential.equals("none"))
                .containsExactly(ALICE, ALICE, "Bearer secret-token-1", "Bearer secret-token-1");
        assertThat(registry.requests()).startsWith("/v1/tools/index", "/token", "/v1/tools/index");
    }

    @Test
    void aTokenIsFetchedAnewWhenItsTimeHasEnded() throws Exception {
        get("tools/index", ALICE);
        clock.advance(Duration.ofSeconds(301));
        registry.tokens.clear();
        registry.reset();

        assertThat(get("tools/latest", ALICE).statusCode()).isEqualTo(200);
        assertThat(registry.credentials())
                .filteredOn(credential -> !credential.equals("none"))
                .startsWith(ALICE, ALICE)
                .doesNotContain("Bearer secret-token-1");
    }

    @Test
    void aTokenThatIsRefusedBeforeItsEndIsReplaced() throws Exception {
        get("tools/index", ALICE);
        registry.tokens.clear();

        assertThat(get("tools/latest", ALICE).statusCode()).isEqualTo(200);
    }

    @Test
    void theTokenOfOneCallerServesNoOther() throws Exception {
        assertThat(get("tools/index", ALICE).statusCode()).isEqualTo(200);
        registry.reset();

        assertThat(get("tools/index", BOB).statusCode()).isEqualTo(401);
        assertThat(get("tools/index", PASSWORD_OF_NOBODY).statusCode()).isEqualTo(401);
        assertThat(registry.credentials()).noneMatch(credential -> credential.startsWith("Bearer"));
    }

    @Test
    void aCallerWithoutACredentialGetsATokenToo() throws Exception {
        assertThat(get("public/index", PASSWORD_OF_NOBODY).statusCode()).isEqualTo(200);
        assertThat(xCache(get("public/index", PASSWORD_OF_NOBODY))).isEqualTo("HIT");
    }

    @Test
    void aCredentialGoesToNoTokenServiceElsewhereThatIsNotConfigured() throws Exception {
        registry.realm = "http://localhost:" + registry.index.port() + "/token";
        assertThat(get("tools/index", ALICE).statusCode()).isEqualTo(401);
        assertThat(registry.requests()).doesNotContain("/token");

        vault.close();
        open(Set.of("\"localhost:" + registry.index.port() + "\""));
        assertThat(get("tools/index", ALICE).statusCode()).isEqualTo(200);
        assertThat(registry.requests()).contains("/token");
    }

    @Test
    void anotherPortOfTheRegistrysHostIsAnotherParty() throws Exception {
        registry.realm = registry.files.base() + "/token";

        assertThat(get("tools/index", ALICE).statusCode()).isEqualTo(401);
        assertThat(registry.files.requests()).isEmpty();
    }

    @Test
    void sixtyFirstRequestsOfOneCallerCostOneToken() throws Exception {
        registry.tokensAfter(60, ALICE);

        List<CompletableFuture<HttpResponse<byte[]>>> answers = IntStream.range(0, 60)
                .mapToObj(page -> client.sendAsync(
                        request("GET", "tools/page-" + page, ALICE).build(), BodyHandlers.ofByteArray()))
                .toList();

        for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
            assertThat(answer.get().statusCode()).isEqualTo(200);
        }
        assertThat(registry.index.requests(request -> request.path().equals("/token")
                        && request.field("Authorization").equals(Optional.of(ALICE))))
                .hasSize(1);
        Stage.awaitQuiet(vault);
    }

    @Test
    void aTokenServiceThatFailsIsNoRefusal() throws Exception {
        registry.tokenStatus = 500;

        HttpResponse<byte[]> answer = get("tools/index", ALICE);

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(text(answer)).startsWith("{\"errors\":[{\"code\":503,").doesNotContain("scope=", "key-alice");
    }

    @Test
    void whatIsStoredGoesToThePrincipalWhateverItsSession() throws Exception {
        get("tools/index", ALICE);
        registry.reset();

        assertThat(xCache(get("tools/index", "Toy key-alice/session-2"))).isEqualTo("HIT");
        assertThat(get("tools/index", "Toy key-mallory/session-1").statusCode()).isEqualTo(401);
    }

    @Test
    void aPageLivesAsLongAsItsResponseSays() throws Exception {
        get("tools/index", ALICE);
        clock.advance(Duration.ofSeconds(50));
        assertThat(xCache(get("tools/index", ALICE))).isEqualTo("HIT");
        clock.advance(Duration.ofSeconds(20));
        assertThat(xCache(get("tools/index", ALICE))).isNotEqualTo("HIT");
    }

    @Test
    void aPageIsStoredOnceForEachFormHoweverItsPreferenceIsSpelled() throws Exception {
        assertThat(text(page("text/html;q=0.1, application/json"))).isEqualTo("{\"page\":\"/v1/public/index\"}");
        assertThat(text(page("application/json;q=0.1, text/html"))).isEqualTo("<p>/v1/public/index</p>");

        for (String html : List.of("text/html", "TEXT/*, application/json;q=0.9", "*/*, application/json;q=0")) {
            HttpResponse<byte[]> answer = page(html);
            assertThat(xCache(answer)).as(html).isEqualTo("HIT");
            assertThat(text(answer)).isEqualTo("<p>/v1/public/index</p>");
            assertThat(field(answer, "Content-Type")).isEqualTo("text/html");
        }
        assertThat(xCache(get("public/index", PASSWORD_OF_NOBODY))).isEqualTo("HIT");
        assertThat(registry.index.requests(request -> request.path().startsWith("/v1/")
                        && request.field("Authorization").isPresent()))
                .hasSize(2);
    }

    @Test
    void everyResponseForAPageSaysThatAcceptSelectedIt() throws Exception {
        assertThat(field(page("text/html"), "Vary")).isEqualTo("Accept");
        assertThat(field(page("text/html"), "Vary")).isEqualTo("Accept");
        assertThat(field(page("text/html", "If-None-Match", "\"html-1\""), "Vary"))
                .isEqualTo("Accept");
        assertThat(field(page("image/png"), "Vary")).isEqualTo("Accept");
        assertThat(field(get("tools/index", ALICE), "Vary")).isEqualTo("Authorization, Accept");
        assertThat(field(get("tools/index", BOB), "Vary")).isEqualTo("Authorization, Accept");
        registry.tokenStatus = 500;
        assertThat(field(get("open/index", BOB), "Vary")).isEqualTo("Accept");
        registry.tokenStatus = 200;
        assertThat(field(get(file("public"), PASSWORD_OF_NOBODY), "Vary")).isEmpty();
    }

    @Test
    void aClientIsToldThatItsPageIsUnchangedOnlyByTheEtagOfThatForm() throws Exception {
        assertThat(field(page("application/json"), "ETag")).isEqualTo("\"json-1\"");
        assertThat(field(page("text/html"), "ETag")).isEqualTo("\"html-1\"");

        assertThat(page("text/html", "If-None-Match", "\"html-1\"").statusCode())
                .isEqualTo(304);
        assertThat(page("text/html", "If-None-Match", "\"json-1\"").statusCode())
                .isEqualTo(200);
        assertThat(page("application/json", "If-None-Match", "\"json-1\"").statusCode())
                .isEqualTo(304);
    }

    @Test
    void eachFormIsRevalidatedByItself() throws Exception {
        page("application/json");
        page("text/html");
        clock.advance(Duration.ofSeconds(70));
        registry.reset();

        assertThat(xCache(page("text/html"))).isEqualTo("REVALIDATED");
        assertThat(xCache(page("text/html"))).isEqualTo("HIT");
        assertThat(registry.index.requests(
                        request -> request.field("If-None-Match").isPresent()))
                .allSatisfy(request -> {
                    assertThat(request.field("If-None-Match")).contains("\"html-1\"");
                    assertThat(request.field("Accept")).contains("text/html");
                })
                .isNotEmpty();
        assertThat(xCache(page("application/json"))).isEqualTo("REVALIDATED");
    }

    @Test
    void aClientThatAcceptsNeitherFormIsToldWhichThereAre() throws Exception {
        HttpResponse<byte[]> answer = page("image/png");

        assertThat(answer.statusCode()).isEqualTo(406);
        assertThat(text(answer)).contains("application/json or text/html");
        assertThat(registry.requests()).isEmpty();
    }

    @Test
    void aPageThatMayNotBeStoredIsNot() throws Exception {
        registry.cacheControl = "no-store";

        assertThat(get("tools/index", ALICE).statusCode()).isEqualTo(200);
        assertThat(xCache(get("tools/index", ALICE))).isNotEqualTo("HIT");
        assertThat(everythingStored()).doesNotContain("/v1/tools/index");
    }

    @Test
    void contentIsKnownByTheDigestInItsAddress() throws Exception {
        assertThat(get(file("tools"), ALICE).body()).isEqualTo(ToyRegistry.FILE.bytes());
        assertThat(xCache(get(file("tools"), ALICE))).isEqualTo("HIT");
        long sent = registry.files.contentBytesSent();

        assertThat(get(file("open"), BOB).body()).isEqualTo(ToyRegistry.FILE.bytes());
        assertThat(registry.files.contentBytesSent()).isEqualTo(sent);
    }

    @Test
    void contentThatIsHereIsGivenToNoCallerWhomUpstreamRefuses() throws Exception {
        get(file("tools"), ALICE);

        assertThat(get(file("tools"), BOB).statusCode()).isEqualTo(401);
    }

    @Test
    void contentOfAnotherDigestIsNeverWhole() {
        registry.served = Content.generated(200_000, 4);

        assertThat(catchThrowable(() -> get(file("tools"), ALICE))).isInstanceOf(IOException.class);
    }

    @Test
    void everyErrorBelowTheMountReadsAsTheRegistryWritesErrors() throws Exception {
        assertThat(text(send("PUT", "tools/index", ALICE))).startsWith("{\"errors\":[{\"code\":405,");
        assertThat(text(get("tools/a/b", ALICE))).startsWith("{\"errors\":[{\"code\":404,");
        assertThat(text(get("tools/index", BOB))).startsWith("{\"errors\":[{\"code\":401,");
        assertThat(get("tools/index", BOB).headers().firstValue("X-Error-Message"))
                .isEmpty();
    }

    @Test
    void noTokenAndNoCredentialIsWrittenToDisk() throws Exception {
        get("tools/index", ALICE);
        get(file("tools"), ALICE);
        vault.close();

        assertThat(everythingStored())
                .isNotEmpty()
                .doesNotContain("secret-token")
                .doesNotContain("key-alice");
    }

    @Test
    void bothUpstreamsAreTheOperatorsChoice() throws Exception {
        VaultConfig config = config(registry.stanza(Set.of()));

        assertThat(config.backends().getFirst().settings().upstreams().values())
                .containsExactlyInAnyOrder(URI.create(registry.index.base()), URI.create(registry.files.base()));
    }

    @Test
    void whatTheTypeRefusesIsSaidWithItsLine() {
        String one = "{type: registry, config: {base_url: \"http://a.test\", files_url: \"http://a.test\"}}";

        assertThatThrownBy(() -> config(one))
                .isInstanceOf(ConfigException.class)
                .hasMessageMatching(
                        ".*vault.yml:4: backends\\[0].config has one URL for index and files; give the files"
                                + " another");
    }

    @Test
    void aSettingThatTheTypeDoesNotReadIsRefused() {
        String mistyped = registry.stanza(Set.of()).replace("token_hosts", "token_host");

        assertThatThrownBy(() -> config(mistyped)).hasMessageContaining("did you mean \"token_hosts\"?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://a", "a/b:80", "a:0", "a:99999999999", "a:b", "'[::1'", "a b"})
    void aTokenHostIsAHostWithOrWithoutAPort(String host) {
        assertThatThrownBy(() -> config(registry.stanza(Set.of(host))))
                .hasMessageContaining("token_hosts must be host names such as");
    }

    @Test
    void aTokenHostMayBeAnAddress() {
        assertThatCode(() -> config(registry.stanza(Set.of("'[::1]:5000'", "'::1'", "10.0.0.1:5000", "A.example"))))
                .doesNotThrowAnyException();
    }

    private String everythingStored() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(dir.resolve("cache"))) {
            for (Path path : files.filter(Files::isRegularFile).toList()) {
                all.append(Files.readString(path, StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }
}
