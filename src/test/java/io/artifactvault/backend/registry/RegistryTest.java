package io.artifactvault.backend.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.artifactvault.config.ConfigException;
import io.artifactvault.config.ConfigReader;
import io.artifactvault.config.Overrides;
import io.artifactvault.config.VaultConfig;
import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Content;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registry behind a real vault: what the vocabulary promises to such a backend, seen from both sides. */
class RegistryTest {
    private static final String ALICE = "Toy key-alice/session-1";
    private static final String BOB = "Toy key-bob/session-1";
    private static final String PASSWORD_OF_NOBODY = "";

    @TempDir
    Path dir;

    private final ToyRegistry registry = new ToyRegistry();
    private Stage<byte[]> stage;

    @BeforeEach
    void open() throws Exception {
        open(Set.of());
    }

    private void open(Set<String> tokenHosts) throws Exception {
        VaultConfig config = config(registry.stanza(tokenHosts));
        stage = Stage.of(dir.resolve("cache"), config.backends().getFirst())
                .cache(config.cache())
                .start();
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
        stage.close();
        registry.close();
    }

    private HttpResponse<byte[]> send(String method, String below, String credential) throws Exception {
        HttpResponse<byte[]> answer = credential.isEmpty()
                ? stage.send(method, below)
                : stage.send(method, below, "Authorization", credential);
        stage.awaitQuiet();
        return answer;
    }

    private HttpResponse<byte[]> get(String below, String credential) throws Exception {
        return send("GET", below, credential);
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
        assertThat(registry.asked()).startsWith("/v1/tools/index", "/token", "/v1/tools/index");
    }

    @Test
    void anExpiredTokenIsReplaced() throws Exception {
        get("tools/index", ALICE);
        stage.clock.advance(Duration.ofSeconds(301));
        registry.tokens.clear();
        registry.reset();

        assertThat(get("tools/latest", ALICE).statusCode()).isEqualTo(200);
        assertThat(registry.credentials())
                .filteredOn(credential -> !credential.equals("none"))
                .startsWith(ALICE, ALICE)
                .doesNotContain("Bearer secret-token-1");
    }

    @Test
    void aTokenThatIsRefusedBeforeItExpiresIsReplaced() throws Exception {
        get("tools/index", ALICE);
        registry.tokens.clear();

        assertThat(get("tools/latest", ALICE).statusCode()).isEqualTo(200);
    }

    @Test
    void aTokenIsUsedOnlyForItsCaller() throws Exception {
        assertThat(get("tools/index", ALICE).statusCode()).isEqualTo(200);
        registry.reset();

        assertThat(get("tools/index", BOB).statusCode()).isEqualTo(401);
        assertThat(get("tools/index", PASSWORD_OF_NOBODY).statusCode()).isEqualTo(401);
        assertThat(registry.credentials()).noneMatch(credential -> credential.startsWith("Bearer"));
    }

    @Test
    void aTokenIsFetchedForACallerWithoutACredentialToo() throws Exception {
        assertThat(get("public/index", PASSWORD_OF_NOBODY).statusCode()).isEqualTo(200);
        assertThat(xCache(get("public/index", PASSWORD_OF_NOBODY))).isEqualTo("HIT");
    }

    @Test
    void aCredentialIsSentToAForeignTokenServiceOnlyIfConfigured() throws Exception {
        registry.realm = "http://localhost:" + registry.index.port() + "/token";
        assertThat(get("tools/index", ALICE).statusCode()).isEqualTo(401);
        assertThat(registry.asked()).doesNotContain("/token");

        stage.close();
        open(Set.of("localhost"));
        assertThat(get("tools/index", ALICE).statusCode()).isEqualTo(200);
        assertThat(registry.asked()).contains("/token");
    }

    @Test
    void aFailureOfTheTokenServiceIsNotARefusal() throws Exception {
        registry.tokenStatus = 500;

        HttpResponse<byte[]> answer = get("tools/index", ALICE);

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(text(answer)).startsWith("{\"errors\":[{\"code\":503,").doesNotContain("scope=", "key-alice");
    }

    @Test
    void aStoredResponseIsServedToItsPrincipalInEverySession() throws Exception {
        get("tools/index", ALICE);
        registry.reset();

        assertThat(xCache(get("tools/index", "Toy key-alice/session-2"))).isEqualTo("HIT");
        assertThat(get("tools/index", "Toy key-mallory/session-1").statusCode()).isEqualTo(401);
    }

    @Test
    void theLifetimeOfAPageIsThatOfItsResponse() throws Exception {
        get("tools/index", ALICE);
        stage.clock.advance(Duration.ofSeconds(50));
        assertThat(xCache(get("tools/index", ALICE))).isEqualTo("HIT");
        stage.clock.advance(Duration.ofSeconds(20));
        assertThat(xCache(get("tools/index", ALICE))).isNotEqualTo("HIT");
    }

    @Test
    void aPageWithNoStoreIsNotStored() throws Exception {
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
    void storedContentIsNotServedToACallerThatUpstreamRefuses() throws Exception {
        get(file("tools"), ALICE);

        assertThat(get(file("tools"), BOB).statusCode()).isEqualTo(401);
    }

    @Test
    void contentWithAnotherDigestIsNeverDeliveredComplete() {
        registry.served = Content.generated(200_000, 4);

        assertThat(catchThrowable(() -> get(file("tools"), ALICE))).isInstanceOf(IOException.class);
    }

    @Test
    void everyErrorBelowTheMountHasTheFormOfTheRegistry() throws Exception {
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
        stage.close();

        assertThat(everythingStored())
                .isNotEmpty()
                .doesNotContain("secret-token")
                .doesNotContain("key-alice");
    }

    @Test
    void theOperatorConfiguresBothUpstreams() throws Exception {
        VaultConfig config = config(registry.stanza(Set.of()));

        assertThat(config.backends().getFirst().upstreams().values())
                .containsExactlyInAnyOrder(URI.create(registry.index.base()), URI.create(registry.files.base()));
    }

    @Test
    void aSettingThatTheTypeRefusesIsReportedWithItsLine() {
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
