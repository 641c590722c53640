package io.artifactvault.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Resolution;
import io.artifactvault.http.Fields;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How paths below {@code /v2/} are read. */
class OciBackendTest {
    private static final OciSettings SETTINGS = OciRequests.settings("https://registry-1.docker.io");

    private static Resolution resolved(String method, String below) throws Exception {
        return OciRequests.resolve(
                SETTINGS, method, "/v2/reg/" + below.replace("DIGEST", OciRequests.DIGEST), Fields.EMPTY);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            alpine/manifests/latest                 | library/alpine/manifests/latest
            library/alpine/manifests/latest         | library/alpine/manifests/latest
            a/b/c/manifests/v1.0_x-y                | a/b/c/manifests/v1.0_x-y
            alpine/manifests/_x                     | library/alpine/manifests/_x
            alpine/manifests/LATEST                 | library/alpine/manifests/LATEST
            alpine/manifests/sha256-0123            | library/alpine/manifests/sha256-0123
            alpine/manifests/DIGEST                 | library/alpine/manifests/DIGEST
            alpine/manifests/sha256%3A0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef | library/alpine/manifests/DIGEST
            alpine/blobs/DIGEST                     | library/alpine/blobs/DIGEST
            alpine/tags/list                        | library/alpine/tags/list
            alpine/referrers/DIGEST                 | library/alpine/referrers/DIGEST
            manifests/manifests/manifests           | library/manifests/manifests/manifests
            a/manifests/b/manifests/latest          | a/manifests/b/manifests/latest
            blobs/tags/list/tags/list               | blobs/tags/list/tags/list
            a/tags/manifests/list                   | a/tags/manifests/list
            """)
    void aPathIsReadFromTheRight(String below, String upstream) throws Exception {
        assertThat(resolved("GET", below))
                .isInstanceOfSatisfying(
                        Resolution.Found.class,
                        found -> assertThat(((RegistryResource) found.resource())
                                        .upstream()
                                        .uri())
                                .hasToString("https://registry-1.docker.io/v2/"
                                        + upstream.replace("DIGEST", OciRequests.DIGEST)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            alpine                              | 404 | NAME_UNKNOWN
            alpine/manifests                    | 404 | NAME_UNKNOWN
            manifests/latest                    | 404 | NAME_UNKNOWN
            alpine/tags/lists                   | 404 | NAME_UNKNOWN
            alpine/tags/list/                   | 404 | NAME_UNKNOWN
            alpine/blobs/uploads/               | 404 | NAME_UNKNOWN
            alpine/Manifests/latest             | 404 | NAME_UNKNOWN
            alpine/blobs/DIGEST/x               | 404 | NAME_UNKNOWN
            _catalog                            | 404 | UNSUPPORTED
            /manifests/latest                   | 400 | NAME_INVALID
            a//b/manifests/latest               | 400 | NAME_INVALID
            Alpine/manifests/latest             | 400 | NAME_INVALID
            a%2Fb/manifests/latest              | 400 | NAME_INVALID
            alpine/manifests/                   | 400 | DIGEST_INVALID
            alpine/manifests/.x                 | 400 | DIGEST_INVALID
            alpine/manifests/-x                 | 400 | DIGEST_INVALID
            alpine/manifests/a:b                | 400 | DIGEST_INVALID
            alpine/manifests/a%20b              | 400 | DIGEST_INVALID
            alpine/manifests/a%2Fb              | 400 | DIGEST_INVALID
            alpine/manifests/sha256:0           | 400 | DIGEST_INVALID
            alpine/blobs/latest                 | 400 | DIGEST_INVALID
            alpine/blobs/sha1:0123456789012345678901234567890123456789 | 400 | DIGEST_INVALID
            alpine/blobs/validator:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef | 400 | DIGEST_INVALID
            alpine/referrers/latest             | 400 | DIGEST_INVALID
            """)
    void anythingElseIsRefusedWithoutARequestUpstream(String below, int status, String code) throws Exception {
        for (String method : new String[] {"GET", "HEAD"}) {
            assertThat(resolved(method, below)).isInstanceOfSatisfying(Resolution.Local.class, local -> {
                assertThat(local.status()).isEqualTo(status);
                assertThat(new String(local.body(), StandardCharsets.UTF_8)).contains("\"code\":\"" + code + "\"");
            });
        }
    }

    @Test
    void aTagHasAtMost128Characters() throws Exception {
        assertThat(resolved("GET", "alpine/manifests/" + "a".repeat(128))).isInstanceOf(Resolution.Found.class);
        assertThat(resolved("GET", "alpine/manifests/" + "a".repeat(129))).isInstanceOf(Resolution.Local.class);
    }

    @Test
    void bothAlgorithmsOfTheSpecificationAreDigests() throws Exception {
        String sha512 = "sha512:" + OciRequests.HEX.repeat(2);
        for (String kind : new String[] {"blobs", "manifests", "referrers"}) {
            assertThat(resolved("GET", "alpine/" + kind + "/" + sha512)).isInstanceOf(Resolution.Found.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"})
    void onlyPullsAreServed(String method) throws Exception {
        for (String below : new String[] {"", "alpine/manifests/latest", "alpine/blobs/uploads/", "_catalog"}) {
            assertThat(resolved(method, below)).isInstanceOfSatisfying(Resolution.Local.class, local -> {
                assertThat(local.status()).isEqualTo(405);
                assertThat(local.fields().first("Allow")).contains("GET, HEAD");
                assertThat(new String(local.body(), StandardCharsets.UTF_8)).contains("\"code\":\"UNSUPPORTED\"");
            });
        }
    }

    @Test
    void aHostThatNothingServesIsShownWithoutWhatCouldHarmATerminal() throws Exception {
        assertThat(resolved("GET", "alpine/manifests/latest?ns=%1b%5b31m" + "x".repeat(500)))
                .isInstanceOfSatisfying(Resolution.Local.class, local -> {
                    String text = new String(local.body(), StandardCharsets.UTF_8);
                    assertThat(local.status()).isEqualTo(404);
                    assertThat(text).contains("NAME_UNKNOWN").doesNotContain("\u001b", "u001b");
                    assertThat(text.length()).isLessThan(400);
                });
    }
}
