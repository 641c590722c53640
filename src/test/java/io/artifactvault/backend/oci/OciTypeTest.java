package io.artifactvault.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.app.BackendTypes;
import io.artifactvault.backend.BackendSettings.ListenAddress;
import io.artifactvault.config.ConfigException;
import io.artifactvault.config.ConfigReader;
import io.artifactvault.config.Overrides;
import io.artifactvault.http.Credential;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings of registries, read from a file. */
class OciTypeTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("REGISTRY_PASSWORD", "s3cret");

    @TempDir
    Path dir;

    private OciSettings read(String type, String settings) throws Exception {
        Path file = Files.writeString(
                dir.resolve("vault.yml"),
                "backends:\n- type: " + type + "\n  name: reg\n  config: {" + settings + "}\n");
        return (OciSettings) new ConfigReader(BackendTypes.ALL)
                .read(file, ENVIRONMENT, Overrides.none())
                .backends()
                .getFirst()
                .settings();
    }

    private OciSettings oci(String more) throws Exception {
        return read("oci", "base_url: \"https://ghcr.io\"" + more);
    }

    @Test
    void anyRegistryNeedsItsAddressAndNothingElse() throws Exception {
        OciSettings settings = oci("");

        assertThat(settings.baseUrl()).isEqualTo(URI.create("https://ghcr.io"));
        assertThat(settings.prefix()).isEqualTo("/v2/reg/");
        assertThat(settings.hosts()).isEmpty();
        assertThat(settings.listen()).isEmpty();
        assertThat(settings.imageHosts()).containsExactly("ghcr.io");
        assertThat(settings.defaultNamespace()).isEmpty();
        assertThat(settings.tokenHosts()).isEmpty();
        assertThat(settings.login()).isEmpty();
        assertThat(settings.lentBy()).isEmpty();
        assertThat(settings.asksLogin()).isFalse();
        assertThat(settings.metadataTtl()).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.privateRedirects().all()).isFalse();
        assertThatThrownBy(() -> read("oci", "metadata_ttl: 1m"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("base_url");
    }

    @Test
    void dockerHubNeedsNothing() throws Exception {
        OciSettings settings = read("dockerhub", "");

        assertThat(settings.baseUrl()).isEqualTo(URI.create("https://registry-1.docker.io"));
        assertThat(settings.imageHosts())
                .containsExactlyInAnyOrder("docker.io", "index.docker.io", "registry-1.docker.io");
        assertThat(settings.defaultNamespace()).isEqualTo("library");
        assertThat(settings.tokenHosts()).containsExactly("auth.docker.io");
    }

    @Test
    void ollamaNeedsNothing() throws Exception {
        OciSettings settings = read("ollama", "");

        assertThat(settings.baseUrl()).isEqualTo(URI.create("https://registry.ollama.ai"));
        assertThat(settings.imageHosts()).containsExactly("registry.ollama.ai");
        assertThat(settings.defaultNamespace()).isEqualTo("library");
    }

    @Test
    void everySettingIsRead() throws Exception {
        OciSettings settings = oci("""
                , prefix: /images, hosts: [Ghcr.Local], listen: "127.0.0.1:5000", image_hosts: [Ghcr.Example],
                default_namespace: org/team, token_hosts: [Auth.Example, "sso.example:8443"], user: u,
                password: "${REGISTRY_PASSWORD}", login_for_anonymous: true, ask_login: true, metadata_ttl: 1m,
                negative_ttl: 2m, access_ttl: 3m, timeout: 9s, allow_private_redirects: true, max_connections: 7
                """);

        assertThat(settings.prefix()).isEqualTo("/v2/images/");
        assertThat(settings.hosts()).containsExactly("ghcr.local");
        assertThat(settings.listen()).contains(new ListenAddress(Optional.of("127.0.0.1"), 5000));
        assertThat(settings.imageHosts()).containsExactly("ghcr.example");
        assertThat(settings.defaultNamespace()).isEqualTo("org/team");
        assertThat(settings.tokenHosts()).containsExactlyInAnyOrder("auth.example", "sso.example:8443");
        assertThat(settings.login()).contains(Credential.basic("u", "s3cret"));
        assertThat(settings.lentBy()).contains("login_for_anonymous");
        assertThat(settings.asksLogin()).isTrue();
        assertThat(List.of(settings.metadataTtl(), settings.negativeTtl(), settings.accessTtl()))
                .containsExactly(Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofMinutes(3));
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(9));
        assertThat(settings.privateRedirects().all()).isTrue();
        assertThat(settings.source().maxConnections()).isEqualTo(7);
        assertThat(settings.toString()).doesNotContain("s3cret", "dTpzM2NyZXQ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            :5000           | ''        | 5000
            5000            | ''        | 5000
            :0              | ''        | 0
            :65535          | ''        | 65535
            127.0.0.1:5000  | 127.0.0.1 | 5000
            0.0.0.0:5000    | 0.0.0.0   | 5000
            [::1]:5000      | ::1       | 5000
            [::]:5000       | ::        | 5000
            vault.lan:5000  | vault.lan | 5000
            """)
    void aListenerIsAPortOrAnAddress(String text, String host, int port) throws Exception {
        Optional<String> expected = host.isEmpty() ? Optional.empty() : Optional.of(host);
        assertThat(oci(", listen: \"" + text + "\"").listen()).contains(new ListenAddress(expected, port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void anEmptyListenerIsNone(String text) throws Exception {
        assertThat(oci(", listen: \"" + text + "\"").listen()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":",
                "5000:",
                ":65536",
                ":99999",
                ":-1",
                ":x",
                "127.0.0.1",
                "::1:5000",
                "::1",
                "[::1]",
                "[::1",
                "[::1:5000",
                "::1]:5000",
                "[]:5000",
                "[127.0.0.1:5000",
                "http://vault:5000",
                "vault/x:5000",
                "two words:5000",
                ":123456"
            })
    void anythingElseIsRefusedWithAnExample(String text) {
        assertThatThrownBy(() -> oci(", listen: \"" + text + "\""))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("listen")
                .hasMessageContaining(":5000");
    }

    @ParameterizedTest
    @CsvSource({
        "https://ghcr.io/, https://ghcr.io",
        "https://ghcr.io/v2, https://ghcr.io",
        "https://ghcr.io/v2/, https://ghcr.io",
        "https://gitlab.example/registry, https://gitlab.example/registry",
        "http://127.0.0.1:5000, http://127.0.0.1:5000"
    })
    void thePathOfTheInterfaceMayBeWrittenIntoTheAddress(String written, String url) throws Exception {
        assertThat(read("oci", "base_url: \"" + written + "\"").baseUrl()).isEqualTo(URI.create(url));
    }

    @Test
    void aLoginIsLentOnlyWhereTheOperatorSaysSo() {
        assertThatThrownBy(() -> oci(", token: abc"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("login_for_anonymous")
                .hasMessageContaining("every client");
        assertThatThrownBy(() -> oci(", login_for_anonymous: true"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("needs a login");
        assertThatThrownBy(() -> oci(", token: abc, login_for_anonymous: false"))
                .isInstanceOf(ConfigException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Library", "a//b", "-a", "a b"})
    void aNamespaceFollowsTheGrammarOfNames(String namespace) {
        assertThatThrownBy(() -> oci(", default_namespace: \"" + namespace + "\""))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("default_namespace");
    }
}
