package io.artifactvault.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.config.ConfigException;
import io.artifactvault.config.ConfigReader;
import io.artifactvault.config.Overrides;
import io.artifactvault.config.VaultConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsListenerTest {
    @TempDir
    Path dir;

    private VaultConfig config(String listeners) throws Exception {
        Path file = Files.writeString(dir.resolve("vault.yml"), """
                cache: {dir: "%s"}
                %s
                backends: [{type: huggingface}]
                """.formatted(dir.resolve("cache"), listeners));
        return new ConfigReader(BackendTypes.ALL).read(file, Map.of(), Overrides.none());
    }

    @Test
    void aListenerForMetricsServesThemAndHealthButNotTheAdminApi() throws Exception {
        VaultConfig config = config("""
                server: {host: 127.0.0.1, port: 0}
                admin: {host: 127.0.0.1, port: 0}
                metrics: {host: 127.0.0.1, port: 0}
                """);
        try (VaultServer vault = VaultServer.start(config)) {
            assertThat(get(vault, "/metrics").body()).contains("vault_");
            assertThat(get(vault, "/healthz").statusCode()).isEqualTo(200);
            assertThat(get(vault, "/readyz").statusCode()).isEqualTo(200);
            for (String path : new String[] {"/admin/pins", "/admin/status", "/", "/admin/why/1"}) {
                assertThat(get(vault, path).statusCode()).isEqualTo(404);
            }
        }
    }

    private static HttpResponse<String> get(VaultServer vault, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + vault.metricsPort().orElseThrow() + path);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).build();
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void thereIsNoSuchListenerUnlessItHasAPort() throws Exception {
        assertThat(config("").admin().metrics()).isEmpty();
    }

    @Test
    void thePortOfAnotherListenerIsRefused() {
        assertThatThrownBy(() -> config("metrics: {port: 8080}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("port of server");
        assertThatThrownBy(() -> config("metrics: {port: 8081}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("port of metrics");
    }
}
