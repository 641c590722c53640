package io.artifactvault.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.app.BackendTypes;
import io.artifactvault.backend.BackendSettings.ListenAddress;
import io.artifactvault.backend.ConfiguredBackend;
import io.artifactvault.backend.generic.GenericSettings;
import io.artifactvault.backend.huggingface.HuggingFaceSettings;
import io.artifactvault.backend.huggingface.HuggingFaceType;
import io.artifactvault.http.Credential;
import io.artifactvault.http.PrivateTargets;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {
    private static final String MINIMAL = "backends: [{type: huggingface}]\n";
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "PORT", "9090", "EMPTY", "", "HF_TOKEN", "hf_fromTheEnvironment", "DOLLAR", "${PORT}", "BAD", "topSecret");

    private static final String MEND = "; correct the line, or start again from config-sample.yml";

    @TempDir
    Path folder;

    private Path file = Path.of("replaced");

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("config.yml");
    }

    private VaultConfig read(String yaml) throws ConfigException {
        return read(yaml, Overrides.none());
    }

    private VaultConfig read(String yaml, Overrides overrides) throws ConfigException {
        write(yaml.getBytes(StandardCharsets.UTF_8));
        return new ConfigReader(BackendTypes.ALL).read(file, ENVIRONMENT, overrides);
    }

    private void write(byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void assertRefused(ThrowingCallable reading, String message) {
        assertThatThrownBy(reading).isInstanceOf(ConfigException.class).hasMessage(folder + "/" + message);
    }

    @Test
    void aFileThatOnlyNamesABackendHasEveryDefault() throws Exception {
        VaultConfig config = read(MINIMAL);

        assertThat(config.server()).isEqualTo(Defaults.SERVER);
        assertThat(config.admin()).isEqualTo(Defaults.ADMIN);
        assertThat(config.store()).isEqualTo(Defaults.STORE);
        assertThat(config.cache()).isEqualTo(Defaults.CACHE);
        assertThat(config.origin()).isEqualTo(Defaults.ORIGIN);
        assertThat(config.backends())
                .extracting(ConfiguredBackend::settings)
                .isEqualTo(List.of(HuggingFaceType.DEFAULTS));
    }

    @Test
    void theLimitsOfObjectsAndIndexAreRead() throws Exception {
        var set = read("cache: {max_object_size: 3 GiB, max_index_size: 1 MiB}\n" + MINIMAL)
                .store()
                .eviction();
        assertThat(set.maxObjectSize()).hasValue(3L << 30);
        assertThat(set.maxIndexSize()).hasValue(1L << 20);
        assertThat(read("cache: {max_object_size: 0}\n" + MINIMAL)
                        .store()
                        .eviction()
                        .maxObjectSize())
                .hasValue(0);
        assertThatThrownBy(() -> read("cache: {max_index_size: 100 KiB}\n" + MINIMAL))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("max_index_size");
    }

    @Test
    void everySettingOfABackendIsRead() throws Exception {
        VaultConfig config = read("""
                backends:
                  - type: huggingface
                    name: mirror
                    config:
                      prefix: /mirror
                      base_url: https://hub.example.com:8443/hub/
                      token: ${HF_TOKEN}
                      token_for_anonymous: true
                      timeout: 2m
                      max_redirects: 0
                      metadata_ttl: 1h
                      negative_ttl: 0
                      access_ttl: 500ms
                      allow_private_redirects: TRUE
                      cors_origins: [https://Lab.example, "http://localhost:5173"]
                """);

        var backend = (HuggingFaceSettings) config.backends().getFirst().settings();
        assertThat(backend.name()).isEqualTo("mirror");
        assertThat(backend.prefix()).isEqualTo("/mirror/");
        assertThat(backend.baseUrl()).isEqualTo(URI.create("https://hub.example.com:8443/hub"));
        assertThat(backend.token()).contains(Credential.bearer("hf_fromTheEnvironment"));
        assertThat(backend.tokenForAnonymous()).isTrue();
        assertThat(backend.timeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(backend.maxRedirects()).isZero();
        assertThat(backend.metadataTtl()).isEqualTo(Duration.ofHours(1));
        assertThat(backend.negativeTtl()).isEqualTo(Duration.ZERO);
        assertThat(backend.accessTtl()).isEqualTo(Duration.ofMillis(500));
        assertThat(backend.privateRedirects()).isEqualTo(PrivateTargets.ALL);
        assertThat(backend.corsOrigins().origins())
                .containsExactlyInAnyOrder("https://lab.example", "http://localhost:5173");
        assertThat(config.toString()).doesNotContain("hf_fromTheEnvironment");
    }

    @Test
    void anEmptyListOfOriginsLetsNoPageRead() throws Exception {
        VaultConfig config = read("backends: [{type: huggingface, config: {cors_origins: []}}]\n");

        assertThat(((HuggingFaceSettings) config.backends().getFirst().settings())
                        .corsOrigins()
                        .origins())
                .isEmpty();
    }

    @Test
    void eachBackendHasItsOwnTimeout() throws Exception {
        VaultConfig config = read("""
                backends:
                  - {type: huggingface, name: a, config: {prefix: /a/, timeout: 7}}
                  - {type: huggingface, name: b, config: {prefix: /ab/, timeout: 90s}}
                """);

        assertThat(config.backends())
                .extracting("settings.timeout")
                .isEqualTo(List.of(Duration.ofSeconds(7), Duration.ofSeconds(90)));
        assertThat(config.origin().headTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.backends()).extracting("settings.prefix").isEqualTo(List.of("/a/", "/ab/"));
    }

    @Test
    void backendsMayBeMountedAtTheRootAndByHostName() throws Exception {
        VaultConfig config = read("""
                backends:
                  - {type: huggingface, name: a, config: {prefix: /, hosts: [Hub.local, hf.local], datasets_server_url: "http://viewer/"}}
                  - {type: huggingface, name: b, config: {prefix: /}}
                  - {type: huggingface, name: c}
                """);

        var atHosts = (HuggingFaceSettings) config.backends().getFirst().settings();
        assertThat(atHosts.hosts()).containsExactly("hub.local", "hf.local");
        assertThat(atHosts.datasetsServer()).contains(URI.create("http://viewer"));
        assertThat(config.backends()).extracting("settings.prefix").isEqualTo(List.of("/", "/", "/huggingface/"));
    }

    @ParameterizedTest
    @CsvSource({
        "auth.example.com, auth.example.com",
        "Auth.Example.COM, auth.example.com",
        "auth.example.com:8443, auth.example.com:8443",
        "auth.example.com:443, auth.example.com:443",
        "localhost:65535, localhost:65535",
        "192.0.2.7:80, 192.0.2.7:80",
        "[2001:DB8::7]:8443, [2001:db8::7]:8443",
        "[2001:DB8::7], 2001:db8::7",
    })
    void aHostMayHaveAPort(String written, String read) throws Exception {
        VaultConfig config = read("backends: [{type: pypi, config: {files_hosts: [\"" + written + "\"]}}]\n");

        assertThat(config.backends().getFirst().settings())
                .extracting("filesHosts")
                .isEqualTo(List.of(read));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://auth.example.com",
                "auth.example.com/token",
                "auth.example.com:0",
                "auth.example.com:65536",
                "auth.example.com:",
                "auth.example.com:https",
                ":8443",
                "user@auth.example.com",
                "*.example.com",
                "two hosts",
            })
    void aHostThatIsNoHostIsRefusedWithItsLine(String written) {
        assertRefused(
                () -> read("backends:\n- type: pypi\n  config:\n    files_hosts:\n    - \"" + written + "\"\n"),
                "config.yml:5: backends[0].config.files_hosts must be host names such as auth.example.com or"
                        + " auth.example.com:8443, not \"" + written + "\"");
    }

    @Test
    void registriesMayShareThePathOfTheirInterface() throws Exception {
        VaultConfig config = read("""
                backends:
                  - {type: huggingface, config: {prefix: /}}
                  - {type: dockerhub, config: {prefix: /, hosts: [Hub.local]}}
                  - {type: oci, name: ghcr, config: {base_url: "https://ghcr.io", hosts: [ghcr.local]}}
                  - {type: oci, name: quay, config: {base_url: "https://quay.io/v2/", image_hosts: ["Q.io:5000"]}}
                  - {type: ollama, config: {prefix: /models/}}
                """);

        assertThat(config.backends())
                .extracting("settings.prefix")
                .isEqualTo(List.of("/", "/v2/", "/v2/ghcr/", "/v2/quay/", "/v2/models/"));
        assertThat(config.backends().get(1).settings().queryNames())
                .containsExactlyInAnyOrder("docker.io", "index.docker.io", "registry-1.docker.io");
        assertThat(config.backends().get(3).settings().queryNames()).containsExactly("q.io:5000");
        assertThat(config.backends().get(3).settings().baseUrl()).isEqualTo(URI.create("https://quay.io"));
    }

    static Stream<Arguments> listeners() {
        return Stream.of(
                Arguments.of("\"\"", Optional.empty()),
                Arguments.of(":5000", listener("", 5000)),
                Arguments.of("5000", listener("", 5000)),
                Arguments.of(":0", listener("", 0)),
                Arguments.of("127.0.0.1:5000", listener("127.0.0.1", 5000)),
                Arguments.of("hub.local:5000", listener("hub.local", 5000)),
                Arguments.of("'[::1]:5000'", listener("::1", 5000)));
    }

    private static Optional<ListenAddress> listener(String host, int port) {
        return Optional.of(new ListenAddress(Optional.of(host).filter(name -> !name.isEmpty()), port));
    }

    @ParameterizedTest
    @MethodSource("listeners")
    void aRegistryMayHaveAListenerOfItsOwn(String written, Optional<ListenAddress> listener) throws Exception {
        assertThat(read("backends:\n- type: dockerhub\n  config:\n    listen: " + written + "\n")
                        .backends()
                        .getFirst()
                        .settings()
                        .listen())
                .isEqualTo(listener);
    }

    @Test
    void twoRegistriesMayTakeAnyFreePort() throws Exception {
        String listen = "  config: {listen: 0}\n";
        assertThat(read("backends:\n- type: dockerhub\n" + listen + "- type: ollama\n" + listen)
                        .backends())
                .hasSize(2);
    }

    @Test
    void aLoginIsLentOnlyWhereTheFileSaysSo() throws Exception {
        String stanza = "backends: [{type: dockerhub, config: {user: robot, password: \"${BAD}\", %s}}]\n";
        VaultConfig config = read(stanza.formatted("login_for_anonymous: true"));

        assertThat(config.backends().getFirst().settings().lentBy()).contains("login_for_anonymous");
        assertThat(config.toString()).doesNotContain("topSecret");
        assertThatThrownBy(() -> read(stanza.formatted("login_for_anonymous: false")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("login_for_anonymous must be true")
                .hasMessageNotContaining("topSecret");
    }

    @Test
    void theCommandLineWinsOverTheFile() throws Exception {
        Path cache = folder.resolve("elsewhere");
        VaultConfig config = read(
                "server: {host: 10.1.1.1, port: 1}\n" + MINIMAL,
                new Overrides(Optional.of("::1"), Optional.of(0), Optional.of(cache)));

        assertThat(config.server().host()).isEqualTo("::1");
        assertThat(config.server().port()).isZero();
        assertThat(config.store().dir()).isEqualTo(cache);
    }

    @Test
    void aWrongOverrideIsReportedByItsOption() {
        assertThatThrownBy(() -> read(MINIMAL, new Overrides(Optional.empty(), Optional.of(70_000), Optional.empty())))
                .isInstanceOf(ConfigException.class)
                .hasMessage("--port must be a whole number from 0 to 65535, not \"70000\"");
        assertThatThrownBy(() -> read(MINIMAL, new Overrides(Optional.of("a b"), Optional.empty(), Optional.empty())))
                .isInstanceOf(ConfigException.class)
                .hasMessage("--host must be an address or host name such as 0.0.0.0, 127.0.0.1 or ::, not \"a b\"");
    }

    @Test
    void fieldsThatAreDroppedByDefaultMayBeLetThroughInRequestsOnly() throws Exception {
        String stanza = "backends: [{type: http, name: f, config: {base_url: \"http://o\", %s: {allow: [X-Host]}}}]";
        GenericSettings settings = (GenericSettings)
                read(stanza.formatted("request_headers")).backends().getFirst().settings();

        assertThat(settings.request().allow()).containsExactly("x-host");
        assertThatThrownBy(() -> read(stanza.formatted("response_headers")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("allow");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Authorization: Basic c2VjcmV0", "authorization: x", "Host: x", "TE: x", "Content-Length: 1"})
    void whatCannotBeAddedToRequestsIsRefused(String field) {
        String stanza = "backends: [{type: http, name: f, config: {base_url: \"http://o\", request_headers: {add: [\""
                + field + "\"]}}}]";
        assertThatThrownBy(() -> read(stanza))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("request_headers")
                .hasMessageContaining("cannot add")
                .hasMessageNotContaining("c2VjcmV0");
    }

    static Stream<Arguments> substitutions() {
        return Stream.of(
                Arguments.of("${PORT}", 9090),
                Arguments.of("'${PORT}'", 9090),
                Arguments.of("${PORT:-1}", 9090),
                Arguments.of("${UNSET:-7070}", 7070),
                Arguments.of("${EMPTY:-7071}", 7071),
                Arguments.of("80${UNSET:-8}${UNSET:-9}", 8089),
                Arguments.of("${UNSET:-}${PORT}", 9090));
    }

    @ParameterizedTest
    @MethodSource("substitutions")
    void theEnvironmentStandsInForValues(String written, int port) throws Exception {
        assertThat(read("server:\n  port: " + written + "\n" + MINIMAL).server().port())
                .isEqualTo(port);
    }

    @Test
    void theValueOfAVariableIsNotExpandedAgain() {
        assertRefused(
                () -> read("server:\n  port: ${DOLLAR}\n" + MINIMAL),
                "config.yml:2: server.port must be a whole number from 0 to 65535, not \"${DOLLAR}\"");
    }

    @Test
    void twoDollarSignsMeanOne() throws Exception {
        String dir = folder + "/$${PORT}";
        assertThat(read("cache:\n  dir: " + dir + "\n" + MINIMAL).store().dir()).isEqualTo(folder.resolve("${PORT}"));
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                // unknown names
                refusal(
                        "sever: {}\n" + MINIMAL,
                        1,
                        "unknown setting \"sever\" at the top level; did you mean \"server\"?"),
                refusal(
                        "server:\n  hots: x\n" + MINIMAL,
                        2,
                        "unknown setting \"hots\" in server; did you mean \"host\"?"),
                refusal(
                        "server: {max-request-head: 1 KiB}\n" + MINIMAL,
                        1,
                        "unknown setting \"max-request-head\" in server; did you mean \"max_request_head\"?"),
                refusal(
                        "admin:\n  password: x\n" + MINIMAL,
                        2,
                        "unknown setting \"password\" in admin; known settings: host, port, token"),
                refusal("backend: []\n", 1, "unknown setting \"backend\" at the top level; did you mean \"backends\"?"),
                refusal(
                        "backends:\n- type: huggingface\n  config:\n    max_redirect: 5\n",
                        4,
                        "unknown setting \"max_redirect\" in backends[0].config; did you mean \"max_redirects\"?"),
                refusal(
                        "backends:\n- typ: huggingface\n",
                        2,
                        "unknown setting \"typ\" in backends[0]; did you mean \"type\"?"),
                refusal(
                        "backends:\n- type: huggingface\n  prefix: /a/\n",
                        3,
                        "setting \"prefix\" belongs in backends[0].config; indent it below \"config:\""),
                refusal(
                        "backends:\n- type: http\n  base_url: http://a\n",
                        3,
                        "setting \"base_url\" belongs in backends[0].config; indent it below \"config:\""),
                refusal(
                        "backends:\n- type: huggingface\n  zone: a\n",
                        3,
                        "unknown setting \"zone\" in backends[0]; known settings: type, name, config"),
                // what is missing
                refusal("server: {}\n", 1, "setting \"backends\" is missing at the top level; add it"),
                refusal("\nbackends:\n- name: x\n", 3, "setting \"type\" is missing in backends[0]; add it"),
                refusal(
                        "backends: []\n",
                        1,
                        "backends is empty; add at least one item, such as \"- type: huggingface\""),
                refusal("backends:\n", 1, "backends is empty; add at least one item, such as \"- type: huggingface\""),
                refusal(
                        "admin:\n  port:\n" + MINIMAL,
                        2,
                        "admin.port is empty; give it a value, or remove the line to use the default"),
                refusal(
                        "admin:\n  port: ${EMPTY}\n" + MINIMAL,
                        2,
                        "admin.port is empty; give it a value, or remove the line to use the default"),
                // the wrong kind of thing
                refusal(
                        "- a\n",
                        1,
                        "the file must contain settings of the form \"name: value\", such as \"backends:\""),
                refusal(
                        "just text\n",
                        1,
                        "the file must contain settings of the form \"name: value\", such as \"backends:\""),
                refusal(
                        "server: 8080\n" + MINIMAL,
                        1,
                        "server must contain settings of the form \"name: value\", not a single value; indent them below it"),
                refusal("server:\n  port: [1]\n" + MINIMAL, 2, "server.port must be a single value, not a list"),
                refusal(
                        "server:\n  host: {a: b}\n" + MINIMAL,
                        2,
                        "server.host must be a single value, not a group of settings"),
                refusal(
                        "server: &s [*s]\n" + MINIMAL,
                        1,
                        "server must contain settings of the form \"name: value\", not a list; indent them below it"),
                refusal(
                        "backends: {type: huggingface}\n",
                        1,
                        "backends must be a list, not a group of settings; begin each item with \"- type: …\""),
                refusal(
                        "backends:\n- huggingface\n",
                        2,
                        "backends[0] must contain settings of the form \"name: value\", not a single value; indent them below it"),
                refusal(
                        "server:\n  host: !secret x\n" + MINIMAL,
                        2,
                        "server.host has a YAML tag (an exclamation mark), which is not supported; quote the value"),
                refusal(
                        "server: !!java.net.URL {}\n" + MINIMAL,
                        1,
                        "this is not YAML: Global tag is not allowed: tag:yaml.org,2002:java.net.URL" + MEND),
                refusal("? [a]\n: b\n" + MINIMAL, 1, "the name of a setting must be a plain word"),
                refusal(
                        "server:\n  port: 1\n  host: a\n  port: 2\n" + MINIMAL,
                        4,
                        "setting \"port\" appears twice in server, first in line 2; remove one"),
                refusal(
                        "admin: {}\nadmin: {}\n" + MINIMAL,
                        2,
                        "setting \"admin\" appears twice at the top level, first in line 1; remove one"),
                // values
                refusal(
                        "server:\n  port: 80a\n" + MINIMAL,
                        2,
                        "server.port must be a whole number from 0 to 65535, not \"80a\""),
                refusal(
                        "server:\n  public_url: http://a/b\n" + MINIMAL,
                        2,
                        "server.public_url must end after the host and port; the vault appends the prefixes of backends, not \"http://a/b\""),
                refusal(
                        "server:\n  public_url: vault\n" + MINIMAL,
                        2,
                        "server.public_url must be an absolute http or https URL such as https://vault.example.com, not \"vault\""),
                refusal(
                        "server:\n  idle_timeout: 0\n" + MINIMAL,
                        2,
                        "server.idle_timeout must be greater than 0, such as 500ms, 60s or 2m, not \"0\""),
                refusal(
                        "cache:\n  max_size: 1 KiB\n" + MINIMAL,
                        2,
                        "cache.max_size must be a size of 1 MiB or more, such as 500 GiB, not \"1 KiB\""),
                refusal(
                        "cache:\n  high_water: 80\n  low_water: 90\n" + MINIMAL,
                        3,
                        "cache.low_water 90 is above high_water (80); use a lower value"),
                refusal(
                        "origin:\n  no_proxy: \"lab.example, 10.0.0.0/99\"\n" + MINIMAL,
                        2,
                        "origin.no_proxy must list host names, addresses and networks such as 10.0.0.0/8, not \"10.0.0.0/99\""),
                refusal(
                        "cache:\n  max_fills: 0\n" + MINIMAL,
                        2,
                        "cache.max_fills must be a whole number from 1 to 10000, not \"0\""),
                refusal(
                        "admin: {port: 8080}\n" + MINIMAL,
                        1,
                        "admin.port 8080 is also the port of server; use another port"),
                refusal(
                        "backends:\n- type: hugingface\n",
                        2,
                        "backends[0].type is not a known backend type: \"hugingface\"; did you mean \"huggingface\"?"),
                refusal(
                        "backends:\n- type: npm\n",
                        2,
                        "backends[0].type is not a known backend type: \"npm\"; known types: dockerhub, http, huggingface, oci, ollama, pypi"),
                // backends that get in each other's way
                refusal(
                        "backends:\n- type: huggingface\n- type: huggingface\n  config: {prefix: /b/}\n",
                        3,
                        "backends[1].name \"huggingface\" is also the name of an earlier backend; give each backend its own name"),
                refusal(
                        "backends:\n- type: huggingface\n  config: {prefix: /a/b/}\n- type: huggingface\n  name: x\n  config: {prefix: /a}\n",
                        6,
                        "backends[1].config.prefix \"/a/\" overlaps \"/a/b/\" of backend \"huggingface\" in line 3; give each backend its own prefix or its own hosts"),
                refusal(
                        "backends:\n- type: huggingface\n  config: {hosts: [a, b]}\n- type: huggingface\n  name: x\n  config: {hosts: [b]}\n",
                        6,
                        "backends[1].config.prefix \"/huggingface/\" overlaps \"/huggingface/\" of backend \"huggingface\" in line 3; give each backend its own prefix or its own hosts"),
                // registries
                refusal(
                        "backends:\n- type: oci\n  config: {}\n",
                        3,
                        "setting \"base_url\" is missing in backends[0].config; add it"),
                refusal(
                        "backends:\n- type: dockerhub\n  config: {listen: here}\n",
                        3,
                        "backends[0].config.listen must be a port such as :5000, or an address such as 127.0.0.1:5000, not \"here\""),
                refusal(
                        "backends:\n- type: dockerhub\n  config: {listen: 70000}\n",
                        3,
                        "backends[0].config.listen must be a port such as :5000, or an address such as 127.0.0.1:5000, not \"70000\""),
                refusal(
                        "backends:\n- type: dockerhub\n  config: {listen: \"::1:5000\"}\n",
                        3,
                        "backends[0].config.listen must be a port such as :5000, or an address such as 127.0.0.1:5000, not \"::1:5000\""),
                refusal(
                        "backends:\n- type: dockerhub\n  config: {listen: 8080}\n",
                        3,
                        "backends[0].config.listen has the port of server.port; choose another one"),
                refusal(
                        "backends:\n- type: dockerhub\n  config: {default_namespace: Library}\n",
                        3,
                        "backends[0].config.default_namespace must be a namespace such as library, in lower case, not \"Library\""),
                refusal(
                        "backends:\n- type: dockerhub\n  config: {listen: \":5000\"}\n- type: ollama\n  config: {listen: 5000}\n",
                        5,
                        "backends[1].config.listen has the port of the backend \"dockerhub\"; give each backend a port of its own"),
                refusal(
                        "backends:\n- type: dockerhub\n- type: oci\n  config: {base_url: \"http://a\", image_hosts: [Docker.io]}\n",
                        4,
                        "backends[1].config.image_hosts \"docker.io\" is served by the backend \"dockerhub\" already; give each backend hosts of its own"),
                refusal(
                        "backends:\n- type: oci\n  config: {base_url: \"http://a\"}\n- type: oci\n  name: b\n  config: {base_url: \"http://a\"}\n",
                        6,
                        "backends[1].config.image_hosts \"a\" is served by the backend \"oci\" already; give each backend hosts of its own"),
                refusal(
                        "backends:\n- type: dockerhub\n  config: {prefix: /}\n- type: ollama\n  config: {prefix: /}\n",
                        5,
                        "backends[1].config.prefix \"/v2/\" overlaps \"/v2/\" of backend \"dockerhub\" in line 3; give each backend its own prefix or its own hosts"),
                refusal(
                        "backends:\n- type: dockerhub\n  config: {token: topSecret}\n",
                        3,
                        "backends[0].config.login_for_anonymous must be true for the backend's login to be used: it is then sent for every client that has none, so that all clients may pull what it may pull; set it, or remove the login"),
                refusal(
                        "backends:\n- type: dockerhub\n  config: {login_for_anonymous: true}\n",
                        3,
                        "backends[0].config.login_for_anonymous needs a login: add token, or user and password"),
                // host names
                refusal(
                        "backends:\n- type: huggingface\n  config: {hosts: a}\n",
                        3,
                        "backends[0].config.hosts must be a list such as [a, b], not a single value"),
                refusal(
                        "backends:\n- type: huggingface\n  config: {hosts: [\"a:80\"]}\n",
                        3,
                        "backends[0].config.hosts must be host names without ports; each applies to every port, not \"a:80\""),
                // the environment
                refusal(
                        "server:\n  host: ${NOWHERE}\n" + MINIMAL,
                        2,
                        "server.host needs the environment variable NOWHERE, which is not set; set it or write ${NOWHERE:-default}"),
                refusal(
                        "server:\n  host: ${1}\n" + MINIMAL,
                        2,
                        "server.host has a ${ that is not of the form ${NAME} or ${NAME:-default}; write $$ for a dollar sign"),
                refusal(
                        "server:\n  host: ${A:-${B}}\n" + MINIMAL,
                        2,
                        "server.host has a ${ that is not of the form ${NAME} or ${NAME:-default}; write $$ for a dollar sign"),
                refusal(
                        "server: {host: ${PORT}}\n" + MINIMAL,
                        1,
                        "this is not YAML: expected ',' or '}', but got {; quote a value with ${…} between { and }"),
                // not YAML
                refusal("a: b: c\n", 1, "this is not YAML: mapping values are not allowed here" + MEND),
                refusal(
                        "server:\n\tport: 1\n",
                        2,
                        "this is not YAML: found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation)"
                                + MEND),
                refusal("server: *nothing\n", 1, "this is not YAML: found undefined alias nothing" + MEND),
                refusal(
                        "a: 1\n---\nb: 2\n",
                        2,
                        "the file contains more than one YAML document; keep one, and remove the line \"---\""),
                refusal("a: 1\nb: \u0007\n", 2, "the control character U+0007 is not allowed in YAML"));
    }

    private static Arguments refusal(String yaml, int line, String message) {
        return Arguments.of(yaml, "config.yml:" + line + ": " + message);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void anInvalidValueIsReportedWithItsLineAndARemedy(String yaml, String message) {
        assertRefused(() -> read(yaml), message);
    }

    static Stream<Arguments> filesOfNoUse() {
        return Stream.of(
                Arguments.of(new byte[0], "config.yml: the file is empty; start from config-sample.yml"),
                Arguments.of(bytes(" \n\n"), "config.yml: the file is empty; start from config-sample.yml"),
                Arguments.of(
                        bytes("# x\n"), "config.yml: the file contains only comments; start from config-sample.yml"),
                Arguments.of(
                        new byte[] {'a', '\n', (byte) 0xff},
                        "config.yml:2: the file is not UTF-8 text; save it as UTF-8"),
                Arguments.of(
                        bytes("#".repeat(1 << 21)),
                        "config.yml: the file is larger than 1 MiB, the limit of a configuration; pass another with --config"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("filesOfNoUse")
    void aFileThatIsNoConfigurationIsRefused(byte[] content, String message) {
        write(content);
        assertRefused(() -> new ConfigReader(BackendTypes.ALL).read(file, Map.of(), Overrides.none()), message);
    }

    @Test
    void aMissingFileIsRefused() {
        assertRefused(
                () -> new ConfigReader(BackendTypes.ALL).read(file, Map.of(), Overrides.none()),
                "config.yml: the file does not exist; copy config-sample.yml, or pass another file with --config");
    }

    @Test
    void aFolderInTheFilesPlaceIsRefused() {
        assertThatThrownBy(() -> new ConfigReader(BackendTypes.ALL).read(folder, Map.of(), Overrides.none()))
                .isInstanceOf(ConfigException.class)
                .hasMessage(folder + ": this is a folder; pass the configuration file inside it");
    }

    @Test
    void aFileBehindTheCacheFolderIsRefused() throws Exception {
        Path inTheWay = Files.createFile(folder.resolve("taken"));
        assertRefused(
                () -> read("cache:\n  dir: " + inTheWay + "\n" + MINIMAL),
                "config.yml:2: cache.dir \"" + shortened(inTheWay)
                        + " is not a folder; choose another folder, or move the file " + inTheWay + " away");
        assertRefused(
                () -> read("cache:\n  dir: " + inTheWay + "/a/b\n" + MINIMAL),
                "config.yml:2: cache.dir \"" + shortened(inTheWay.resolve("a/b")) + " is below " + inTheWay
                        + ", which is not a folder; choose another folder");
    }

    private static String shortened(Path path) {
        return ErrorText.shown(path.toString()).substring(1);
    }

    @Test
    void aCacheFolderThatCannotBeMadeIsRefusedByItsOption() {
        Path impossible = Path.of("/proc/version/cache");
        assertThatThrownBy(
                        () -> read(MINIMAL, new Overrides(Optional.empty(), Optional.empty(), Optional.of(impossible))))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("--cache-dir \"/proc/version/cache\" ");
    }

    @Test
    void aCacheFolderIsOnlyInspected() throws Exception {
        Path cache = folder.resolve("a/b/c");
        read("cache:\n  dir: " + cache + "\n" + MINIMAL);
        assertThat(folder.resolve("a")).doesNotExist();
    }

    static Stream<String> filesWithSecrets() {
        String backend = "backends:\n- type: huggingface\n  config:\n    ";
        return Stream.of(
                backend + "token: [topSecret]\n",
                backend + "token: {topSecret: 1, a: 2}\n",
                backend + "token: 'topSecret and more'\n",
                backend + "token: Bearer topSecret\n",
                backend + "token: topSecret${X}\n",
                backend + "token: !x topSecret\n",
                backend + "base_url: https://me:topSecret@example.com\n",
                backend + "base_url: https://me:topSecret@my_host\n",
                backend + "base_url: https://me:topSecret@my host\n",
                backend + "base_url: https://example.com/?token=topSecret\n",
                backend + "base_url: ${BAD}\n",
                backend + "timeout: ${BAD}\n",
                backend + "prefix: hf_topSecret\n",
                backend + "hf_topSecret: x\n");
    }

    @ParameterizedTest
    @MethodSource("filesWithSecrets")
    void noMessageShowsASecret(String yaml) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(ConfigException.class)
                .message()
                .doesNotContain("topSecret")
                .contains("config.yml:4: ");
    }

    @Test
    void anAliasMayRepeatASectionButNotEndlessly() throws Exception {
        String twice = "backends:\n- {type: huggingface, config: &c {}}\n- {type: huggingface, name: b, config: *c}\n";
        assertThatThrownBy(() -> read(twice)).hasMessageContaining("overlaps");

        String bomb = "a: &a [x]\nb: [" + "*a, ".repeat(50) + "*a]\n";
        assertRefused(
                () -> read(bomb),
                "config.yml:1: the file uses YAML that is not supported: Number of aliases for non-scalar nodes exceeds"
                        + " the specified max=20");
        String deep = "a: " + "[".repeat(5_000);
        assertThatThrownBy(() -> read(deep)).isInstanceOf(ConfigException.class).hasMessageContaining("Depth");
    }
}
