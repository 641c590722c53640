package io.artifactvault.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.app.BackendTypes;
import io.artifactvault.backend.generic.GenericSettings;
import io.artifactvault.backend.huggingface.HuggingFaceSettings;
import io.artifactvault.http.PrivateTargets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The setting {@code allow_private_redirects} of both types of backends: true, false, or a list. */
class PrivateRedirectsTest {
    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("config.yml");
    }

    private VaultConfig read(String yaml) throws ConfigException {
        try {
            Files.writeString(file(), yaml);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return new ConfigReader(BackendTypes.ALL).read(file(), Map.of(), Overrides.none());
    }

    private static PrivateTargets privateRedirects(VaultConfig config) {
        return switch (config.backends().getFirst().settings()) {
            case HuggingFaceSettings hub -> hub.privateRedirects();
            case GenericSettings http -> http.redirects().privateTargets();
            default -> throw new AssertionError("another type");
        };
    }

    private VaultConfig withPrivateRedirects(String type, String value) throws ConfigException {
        return read("backends:\n- type: " + type + "\n  config:\n    base_url: http://10.0.0.1\n"
                + "    allow_private_redirects: " + value + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"huggingface", "http"})
    void privateRedirectsMayBeListed(String type) throws Exception {
        assertThat(privateRedirects(withPrivateRedirects(type, "true"))).isEqualTo(PrivateTargets.ALL);
        assertThat(privateRedirects(withPrivateRedirects(type, "FALSE"))).isEqualTo(PrivateTargets.NONE);
        assertThat(privateRedirects(withPrivateRedirects(type, "[]"))).isEqualTo(PrivateTargets.NONE);
        assertThat(privateRedirects(read("backends: [{type: " + type + ", config: {base_url: http://a}}]")))
                .isEqualTo(PrivateTargets.NONE);
        PrivateTargets listed =
                PrivateTargets.of("cdn.internal", "*.cdn.internal", "10.2.0.0/16", "fd00::/8", "::1", "cdn");
        assertThat(privateRedirects(withPrivateRedirects(
                        type, "[CDN.internal, \"*.cdn.internal\", 10.2.0.0/16, \"fd00::/8\", '::1', cdn]")))
                .isEqualTo(listed);
        assertThat(privateRedirects(withPrivateRedirects(
                        type,
                        "\n    - cdn.internal\n    - '*.cdn.internal'\n    - 10.2.0.0/16\n    - fd00::/8\n    - ::1\n"
                                + "    - cdn")))
                .isEqualTo(listed);
        assertThat(privateRedirects(withPrivateRedirects(type, "cdn.internal, 10.2.0.0/16, fd00::/8")))
                .isEqualTo(PrivateTargets.of("cdn.internal", "10.2.0.0/16", "fd00::/8"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1/8",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/",
                "10.0.0.0/08",
                "10.0.0.0/8/8",
                "10.0.0.0/a",
                "10.0.0/8",
                "10/8",
                "/8",
                "fd00::/129",
                "fd00::1/8",
                "::ffff:10.0.0.0/104",
                "10.0.0.256",
                "10.0.0",
                "010.0.0.1",
                "0x0a.0.0.1",
                "0x0a000001",
                "167772161",
                "10.0.0.1.",
                "fe80::1%eth0",
                "1:2:3",
                "cdn:443",
                "10.0.0.1:80",
                "[fd00::1",
                "http://cdn.internal",
                "cdn.internal/path",
                "*",
                "*.",
                "*.*",
                "a*.internal",
                "cdn.*.internal",
                "*cdn.internal",
                "**.internal",
                "-a.internal",
                "a-.internal",
                "a..internal",
                ".internal",
                "a b.internal",
                "user@cdn.internal",
                "m\u00fcnchen.internal",
                "true",
                "no",
                "10.0.0.0/8 10.1.0.0/16"
            })
    void aMalformedEntryIsRefusedWithItsLine(String entry) {
        String quoted = "'" + entry + "'";
        for (String type : List.of("huggingface", "http")) {
            assertThatThrownBy(() -> withPrivateRedirects(type, "\n    - 10.0.0.0/8\n    - " + quoted + "\n    - a.b"))
                    .hasMessageStartingWith(file() + ":7: ")
                    .hasMessageContaining("backends[0].config.allow_private_redirects must ")
                    .hasMessageContaining(entry.length() < 60 ? "not \"" : "");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "yes",
                "1",
                "fales",
                "cdn",
                "a.b,",
                "a.b,,c.d",
                "a.b c.d",
                "{a: b}",
                "[[a.b]]",
                "[~]",
                "*.a.b",
                "[true]"
            })
    void whatIsNeitherTrueNorFalseNorAListIsRefused(String value) {
        assertThatThrownBy(() -> withPrivateRedirects("http", value))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(file() + ":5: ");
    }

    @Test
    void aPatternWithoutQuotesIsToldToNeedThem() {
        assertThatThrownBy(() -> withPrivateRedirects("http", "[*.cdn.internal]"))
                .hasMessageStartingWith(file() + ":5: this is not YAML")
                .hasMessageEndingWith("quote a value that begins with *");
    }
}
