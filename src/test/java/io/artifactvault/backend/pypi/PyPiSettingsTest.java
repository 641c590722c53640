package io.artifactvault.backend.pypi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.app.BackendTypes;
import io.artifactvault.backend.pypi.dist.ProjectName;
import io.artifactvault.config.ConfigReader;
import io.artifactvault.config.Overrides;
import io.artifactvault.http.Credential;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PyPiSettingsTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("INDEX_PASSWORD", "s3cret");

    @TempDir
    Path dir;

    private PyPiSettings read(String settings) throws Exception {
        Path file =
                Files.writeString(dir.resolve("vault.yml"), "backends:\n- type: pypi\n  config: {" + settings + "}\n");
        return (PyPiSettings) new ConfigReader(BackendTypes.ALL)
                .read(file, ENVIRONMENT, Overrides.none())
                .backends()
                .getFirst()
                .settings();
    }

    @Test
    void aBackendWithoutSettingsIsPyPi() throws Exception {
        assertThat(read("")).isEqualTo(new PyPiType().defaults());
        assertThat(read("").index().page(new ProjectName("demo")))
                .isEqualTo(URI.create("https://pypi.org/simple/demo/"));
    }

    @Test
    void everySettingIsRead() throws Exception {
        PyPiSettings settings = read("""
                prefix: /packages, hosts: [Pypi.Local], base_url: "https://index.example/root", simple_path: /+simple,
                token: abc, mix: true, files_hosts: [Files.Example, "cdn.example:8443"],
                extra_indexes: ["https://pypi.org/simple/",
                  {base_url: "https://two.example/", simple_path: /, user: u, password: "${INDEX_PASSWORD}"}],
                internal_names: [Acme_*, "x.y"], allow: ["*"], deny: ["evil--one"],
                min_age: 7d, not_after: 2026-03-01, min_age_exemptions: ["acme-*", "NumPy == 2.0.0"],
                metadata_ttl: 1m, negative_ttl: 2m, access_ttl: 3m, max_page_size: 1 MiB, max_known_files: 5000,
                timeout: 9s, allow_private_redirects: true, max_connections: 7, max_bandwidth: 1 MiB
                """);

        assertThat(settings.prefix()).isEqualTo("/packages/");
        assertThat(settings.hosts()).containsExactly("pypi.local");
        assertThat(settings.index().projects()).isEqualTo(URI.create("https://index.example/root/+simple/"));
        assertThat(settings.index().login()).contains(Credential.bearer("abc"));
        assertThat(settings.mix()).isTrue();
        assertThat(settings.filesHosts()).containsExactly("files.example", "cdn.example:8443");
        assertThat(settings.extraIndexes())
                .containsExactly(
                        new PyPiSettings.Index(URI.create("https://pypi.org"), "/simple/", Optional.empty()),
                        new PyPiSettings.Index(
                                URI.create("https://two.example"),
                                "/",
                                Optional.of(Credential.ofAuthorization("Basic dTpzM2NyZXQ="))));
        assertThat(settings.internalNames().spelled()).containsExactly("acme-*", "x-y");
        assertThat(settings.internalNames().match(new ProjectName("acme-core"))).isTrue();
        assertThat(settings.allow().spelled()).containsExactly("*");
        assertThat(settings.deny().match(new ProjectName("evil-one"))).isTrue();
        assertThat(settings.gate().minAge()).isEqualTo(Duration.ofDays(7));
        assertThat(settings.gate().notAfter()).contains(Instant.parse("2026-03-01T23:59:59.999999999Z"));
        assertThat(settings.gate().exemptions())
                .extracting(AgeGate.Exemption::spelled)
                .containsExactly("acme-*", "NumPy == 2.0.0");
        assertThat(settings.gate().exemptions().get(1).covers(new ProjectName("numpy"), Optional.of("2.0.0")))
                .isTrue();
        assertThat(List.of(settings.metadataTtl(), settings.negativeTtl(), settings.accessTtl()))
                .containsExactly(Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofMinutes(3));
        assertThat(settings.maxPageSize()).isEqualTo(1 << 20);
        assertThat(settings.maxKnownFiles()).isEqualTo(5000);
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(9));
        assertThat(settings.privateRedirects().all()).isTrue();
        assertThat(settings.source().maxConnections()).isEqualTo(7);
        assertThat(settings.lentBy()).contains("token, or user and password");
        assertThat(settings.upstreams().values())
                .containsExactlyInAnyOrder(
                        URI.create("https://index.example/root"),
                        URI.create("https://pypi.org"),
                        URI.create("https://two.example"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://pypi.org/simple, /simple/, https://pypi.org/simple/",
        "https://pypi.org/simple/, /simple/, https://pypi.org/simple/",
        "https://nexus.example/repository/py/simple, /simple/, https://nexus.example/repository/py/simple/",
        "https://devpi.example/root/pypi, /+simple/, https://devpi.example/root/pypi/+simple/",
        "https://devpi.example/root/pypi/+simple/, /+simple/, https://devpi.example/root/pypi/+simple/",
        "https://download.pytorch.org/whl/cu128, /, https://download.pytorch.org/whl/cu128/",
        "https://files.example/simple, /, https://files.example/simple/"
    })
    void theAddressThatClientsAreGivenIsAcceptedToo(String baseUrl, String path, String projects) throws Exception {
        assertThat(read("base_url: \"" + baseUrl + "\", simple_path: \"" + path + "\"")
                        .index()
                        .projects())
                .isEqualTo(URI.create(projects));
    }

    @Test
    void aPointInTimeMayBeGivenToTheSecond() throws Exception {
        assertThat(read("not_after: \"2026-03-01T12:00:00+01:00\"").gate().notAfter())
                .contains(Instant.parse("2026-03-01T11:00:00Z"));
        assertThat(read("not_after: \"\"").gate().notAfter()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "base_url: pypi.org | base_url must be an absolute http or https URL",
                "base_url: \"https://u:p@x.example\" | base_url must not contain a user name or password",
                "simple_path: simple | simple_path must be a path such as /simple/, /+simple/ or /",
                "simple_path: /../ | simple_path must be a path such as",
                "files_hosts: [\"https://x.example\"] | files_hosts must be host names such as auth.example.com",
                "files_hosts: [\"x.example/y\"] | files_hosts must be host names such as auth.example.com",
                "files_hosts: x.example | files_hosts must be a list such as [a, b]",
                "extra_indexes: [{simple_path: /}] | extra_indexes[0]; add it",
                "extra_indexes: [{base_url: \"https://x.example\", tokn: a}] | did you mean \"token\"?",
                "extra_indexes: [\"https://pypi.org/simple/\"] | extra_indexes[0].base_url is the same index as an earlier one",
                "extra_indexes: [[a]] | extra_indexes[0] must contain settings of the form",
                "extra_indexes: \"https://x.example\" | extra_indexes must be a list such as [a, b]",
                "mix: yes | mix must be true or false",
                "internal_names: [\"a b\"] | internal_names must be names of projects or patterns such as acme-*, not \"a b\"",
                "allow: [a/b] | allow must be names of projects or patterns such as acme-*",
                "deny: [\"\"] | deny is empty; give it a value",
                "token: abc, user: u, password: p | user cannot be combined with token; remove one of them",
                "user: u | user needs the setting password; add it",
                "password: p | password needs the setting user; add it",
                "user: \"a:b\", password: p | user must be a user name without a colon",
                "min_age: soon | min_age must be a duration such as 60 (seconds)",
                "not_after: 2026-13-01 | not_after must be a date such as 2026-03-01",
                "not_after: \"2026-03-01T12:00\" | not_after must be a date such as 2026-03-01",
                "min_age_exemptions: [\"numpy==\"] | min_age_exemptions must be names, patterns or name==version",
                "min_age_exemptions: [\"==1\"] | min_age_exemptions must be names of projects or patterns",
                "max_page_size: 1 KiB | max_page_size must be from 65536 to 1073741824 bytes",
                "max_known_files: 5 | max_known_files must be a whole number from 1000 to 10000000",
                "timeout: 0 | timeout must be greater than 0",
                "min_agee: 1d | did you mean \"min_age\"?"
            })
    void aWrongSettingIsNamedWithItsCauseAndItsRemedy(String setting, String message) {
        assertThatThrownBy(() -> read(setting))
                .hasMessageContaining("vault.yml:3: ")
                .hasMessageContaining(message);
    }

    @Test
    void aPasswordIsNeverShown() {
        assertThatThrownBy(() -> read("user: u, password: \"s3\\tcret\""))
                .hasMessageContaining("password must not contain control characters")
                .hasMessageNotContaining("cret");
    }
}
