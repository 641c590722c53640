package io.artifactvault.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What responses of a registry mean for manifests and blobs. */
class JudgedManifestTest {
    private static final String TYPE = "application/vnd.oci.image.manifest.v1+json";
    private static final String OTHER = "sha256:" + "f".repeat(64);

    private static Verdict judged(RegistryResource resource, int status, String... fields) {
        return resource.judge(List.of(new UpstreamAnswer(resource.upstream().uri(), status, Fields.of(fields))));
    }

    private static RegistryResource tag() throws Exception {
        return OciRequests.resource("manifests/latest");
    }

    private static RegistryResource manifest() throws Exception {
        return OciRequests.resource("manifests/" + OciRequests.DIGEST);
    }

    private static RegistryResource blob() throws Exception {
        return OciRequests.resource("blobs/" + OciRequests.DIGEST);
    }

    private static Optional<Digest> digest(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Content.class);
        return ((Verdict.Content) verdict).facts().digest();
    }

    @ParameterizedTest
    @CsvSource({
        "401, DENIED",
        "403, DENIED",
        "404, ABSENT",
        "405, UNAVAILABLE",
        "429, UNAVAILABLE",
        "500, UNAVAILABLE",
        "502, UNAVAILABLE",
        "503, UNAVAILABLE",
        "504, UNAVAILABLE"
    })
    void aStatusHasAMeaning(int status, Verdict.Kind kind) throws Exception {
        for (RegistryResource resource : List.of(tag(), manifest(), blob(), OciRequests.resource("tags/list"))) {
            assertThat(judged(resource, status, "Retry-After", "7", "X-Secret", "x"))
                    .isInstanceOfSatisfying(Verdict.Final.class, end -> {
                        assertThat(end.kind()).isEqualTo(kind);
                        assertThat(end.fields().has("X-Secret")).isFalse();
                        assertThat(end.fields().has("Retry-After")).isEqualTo(kind == Verdict.Kind.UNAVAILABLE);
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 202, 204, 206, 300, 304, 402, 409, 410, 418, 451, 599})
    void anyOtherStatusIsUnexpected(int status) throws Exception {
        for (RegistryResource resource : List.of(tag(), manifest(), blob())) {
            assertThat(judged(resource, status, "Content-Type", TYPE)).isInstanceOf(Verdict.Unexpected.class);
        }
    }

    @Test
    void aRedirectIsFollowed() throws Exception {
        for (int status : new int[] {301, 302, 303, 307, 308}) {
            assertThat(judged(blob(), status, "Location", "https://cdn.example/x"))
                    .isInstanceOf(Verdict.Follow.class);
        }
    }

    @Test
    void aTagHasTheDigestThatTheRegistryStates() throws Exception {
        assertThat(digest(judged(tag(), 200, "Content-Type", TYPE, "Docker-Content-Digest", OTHER)))
                .contains(Digest.parse(OTHER).orElseThrow());
        assertThat(digest(judged(tag(), 200, "Content-Type", TYPE))).isEmpty();
    }

    /** Git's object ids and the vault's own identifications are no digests of a registry. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "git-sha1:0123456789012345678901234567890123456789",
                "validator:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "sha256:abc",
                "SHA256:0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF",
                "md5:0123456789abcdef0123456789abcdef",
                "x"
            })
    void aStatementThatIsNoDigestIsIgnored(String stated) throws Exception {
        byte[] bytes = "{}".getBytes(StandardCharsets.UTF_8);
        Fields fields = Fields.of("Content-Type", TYPE, "Docker-Content-Digest", stated);

        assertThat(digest(
                        tag().judge(List.of(new UpstreamAnswer(tag().upstream().uri(), 200, fields)))))
                .isEmpty();
        BodyEdit edit = tag().edit(fields).orElseThrow();
        assertThat(edit.copy(new ByteArrayInputStream(bytes), new ByteArrayOutputStream())
                        .first("Docker-Content-Digest")
                        .orElseThrow())
                .startsWith("sha256:44136fa355b3678a");
    }

    @Test
    void aManifestOfAnotherDigestThanRequestedIsUnexpected() throws Exception {
        assertThat(judged(manifest(), 200, "Content-Type", TYPE, "Docker-Content-Digest", OTHER))
                .isInstanceOf(Verdict.Unexpected.class);
        assertThat(digest(judged(
                        manifest(), 200, "Content-Type", TYPE, "Docker-Content-Digest", "sha512:" + "f".repeat(128))))
                .contains(Digest.parse(OciRequests.DIGEST).orElseThrow());
        assertThat(digest(judged(manifest(), 200, "Content-Type", TYPE)))
                .contains(Digest.parse(OciRequests.DIGEST).orElseThrow());
    }

    @Test
    void aManifestThatIsAnnouncedAsTooLongIsNotRead() throws Exception {
        assertThat(judged(tag(), 200, "Content-Type", TYPE, "Content-Length", "4194304"))
                .isInstanceOf(Verdict.Content.class);
        assertThat(judged(tag(), 200, "Content-Type", TYPE, "Content-Length", "4194305"))
                .isInstanceOf(Verdict.Unexpected.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "text/html; charset=utf-8", "application/octet-stream"})
    void aManifestHasTheTypeOfOne(String type) throws Exception {
        assertThat(judged(tag(), 200, "Content-Type", type)).isInstanceOf(Verdict.Unexpected.class);
        assertThat(judged(manifest(), 200, "Content-Type", type)).isInstanceOf(Verdict.Unexpected.class);
        assertThat(judged(blob(), 200, "Content-Type", type))
                .isInstanceOf(type.startsWith("text/html") ? Verdict.Unexpected.class : Verdict.Content.class);
    }

    @Test
    void aBlobHasTheDigestOfItsAddressAndTheRegistryMayStateNoOther() throws Exception {
        assertThat(digest(judged(blob(), 200)))
                .contains(Digest.parse(OciRequests.DIGEST).orElseThrow());
        assertThat(judged(blob(), 200, "Docker-Content-Digest", OTHER)).isInstanceOf(Verdict.Unexpected.class);
    }

    @Test
    void everyTitleNamesTheRepositoryAndNoQuery() throws Exception {
        assertThat(tag().title()).isEqualTo("team/image:latest");
        assertThat(manifest().title()).isEqualTo("team/image@" + OciRequests.DIGEST);
        assertThat(blob().title()).isEqualTo("team/image blob " + OciRequests.DIGEST);
        assertThat(OciRequests.resource("tags/list?next_page=secret").title()).isEqualTo("the tags of team/image");
        assertThat(tag()).hasToString("team/image:latest");
    }

    /** A digest is no key: access is granted by repository, and by digest within it. */
    @Test
    void theScopeOfAccessIsTheRepository() throws Exception {
        OciSettings settings = OciRequests.settings("https://registry-1.docker.io");
        String scope = blob().scope().orElseThrow().id();

        assertThat(manifest().scope().orElseThrow().id()).isEqualTo(scope);
        assertThat(tag().scope().orElseThrow().id()).isEqualTo(scope);
        assertThat(OciRequests.resource("tags/list").scope().orElseThrow().id()).isEqualTo(scope);
        assertThat(blob().tokenScope()).isEqualTo(scope);
        assertThat(blob().scope().orElseThrow().state()).isEqualTo(OciRequests.DIGEST);
        RegistryResource other = (RegistryResource) ((io.artifactvault.backend.Resolution.Found) OciRequests.resolve(
                        settings, "GET", "/v2/reg/team/other/blobs/" + OciRequests.DIGEST, Fields.EMPTY))
                .resource();
        assertThat(other.scope().orElseThrow().id()).isNotEqualTo(scope);
        assertThat(other.key()).isNotEqualTo(blob().key());
    }
}
