package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.testhub.StandardSet;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** The page that a browser sees at the address of a vault. */
class StatusPageTest extends HubStory {
    private HttpResponse<String> ask(String method, String path) throws Exception {
        return stage.client().send(stage.request(method, path), BodyHandlers.ofString());
    }

    @Test
    void thePageExplainsHowToUseTheVaultAndWhatItStores() throws Exception {
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
        assertThat(operator.get("/admin/status").body())
                .isEqualTo(operator.get("/").body())
                .contains("export HF_ENDPOINT=" + stage.uri("/huggingface") + "</code>");
    }

    @Test
    void thePageNamesNoRepositoryNoTokenAndNoUpstream() throws Exception {
        stage.get("acme/gated/resolve/main/config.json", "Authorization", "Bearer " + StandardSet.ALICE_TOKEN);
        stage.awaitQuiet();

        assertThat(ask("GET", "/").body())
                .doesNotContain("acme", "gated", "config.json", StandardSet.ALICE_TOKEN, hub.base(), dir.toString());
    }

    @Test
    void thePageRunsNoScriptAndLoadsNothing() throws Exception {
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
    void thePageAllowsOnlyReads() throws Exception {
        assertThat(ask("HEAD", "/").statusCode()).isEqualTo(200);
        assertThat(ask("POST", "/").statusCode()).isEqualTo(405);
        assertThat(ask("GET", "/index.html").statusCode()).isEqualTo(404);
    }
}
