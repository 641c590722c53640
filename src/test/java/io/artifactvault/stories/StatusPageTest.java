package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.testhub.StandardSet;
import io.artifactvault.testhub.TestHub;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that a browser sees at the address of a vault. */
class StatusPageTest {
    @TempDir
    Path dir;

    private TestHub hub;
    private Stage stage;

    @BeforeEach
    void open() throws Exception {
        hub = TestHub.standard();
        stage = new Stage(dir, hub.base());
    }

    @AfterEach
    void close() {
        stage.close();
        hub.close();
    }

    private HttpResponse<String> ask(String method, String path) throws Exception {
        return stage.client().send(stage.request(method, path), BodyHandlers.ofString());
    }

    @Test
    void aBrowserIsToldHowToUseTheVaultAndWhatItKeeps() throws Exception {
        stage.start();
        stage.get("acme/tiny/resolve/main/model.safetensors");
        stage.awaitQuiet();
        stage.get("acme/tiny/resolve/main/model.safetensors");
        HttpResponse<String> page = ask("GET", "/");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
        assertThat(page.body())
                .contains("export HF_ENDPOINT=" + stage.uri("/huggingface") + "</code>")
                .contains("200.0 KiB of 1.0 TiB (0 %) in 1 files")
                .contains("Ready.")
                .contains("Misses</th><td class=\"number\">1<")
                .doesNotContain("${");
    }

    @Test
    void theOperatorSeesItOnTheAdminPortWithTheAddressOfTheClients() throws Exception {
        stage.start();
        Operator operator = new Operator(stage);

        assertThat(operator.get("/admin/status").body())
                .isEqualTo(operator.get("/").body())
                .contains("export HF_ENDPOINT=" + stage.uri("/huggingface") + "</code>");
    }

    @Test
    void itNamesNoRepositoryNoTokenAndNoUpstream() throws Exception {
        stage.start();
        stage.get("acme/gated/resolve/main/config.json", "Authorization", "Bearer " + StandardSet.ALICE_TOKEN);
        stage.awaitQuiet();

        assertThat(ask("GET", "/").body())
                .doesNotContain("acme", "gated", "config.json", StandardSet.ALICE_TOKEN, hub.base(), dir.toString());
    }

    @Test
    void itRunsNoScriptAndLoadsNothing() throws Exception {
        stage.start();
        HttpResponse<String> page = ask("GET", "/");
        String style = page.body().split("</?style>", -1)[1];
        String hash = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8)));

        assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
                .startsWith("default-src 'none'; style-src 'sha256-" + hash + "';")
                .doesNotContain("unsafe");
        assertThat(page.body()).doesNotContain("<script", "<link", "<img", "src=", "url(", "style=");
    }

    @Test
    void itIsReadAndNothingElse() throws Exception {
        stage.start();

        assertThat(ask("HEAD", "/").statusCode()).isEqualTo(200);
        assertThat(ask("POST", "/").statusCode()).isEqualTo(405);
        assertThat(ask("GET", "/index.html").statusCode()).isEqualTo(404);
    }

    @Test
    void aHubAtTheRootKeepsItsRoot() throws Exception {
        stage.mountedAt("/").start();

        assertThat(ask("GET", "/").body()).doesNotContain("Artifact Vault");
        assertThat(new Operator(stage).get("/admin/status").body())
                .contains("export HF_ENDPOINT=" + stage.uri("") + "</code>");
    }
}
