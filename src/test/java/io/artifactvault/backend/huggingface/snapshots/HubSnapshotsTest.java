package io.artifactvault.backend.huggingface.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.backend.SnapshotName;
import io.artifactvault.backend.Snapshots.Response;
import io.artifactvault.backend.huggingface.Hubs;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HubSnapshotsTest {
    private static final SnapshotName AT = new SnapshotName("models", "acme/tiny", Hubs.COMMIT);
    private final HubSnapshots snapshots = new HubSnapshots("/hf/");

    private static Response response(String link, String body) {
        return new Response(
                link.isEmpty() ? Fields.EMPTY : Fields.of("Link", link), body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theListBeginsAtTheTreeOfTheCommit() {
        assertThat(snapshots.first(AT).toString()).contains("/hf/api/models/acme/tiny/tree/" + Hubs.COMMIT);
    }

    @Test
    void theListContinuesAtItsLinkField() throws IOException {
        String link = "<http://vault/hf/api/models/acme/tiny/tree/x?cursor=a%3D>; rel=\"next\"";

        assertThat(snapshots
                        .next(response(link, "[]"))
                        .map(target -> target.query().orElseThrow()))
                .contains("cursor=a%3D");
        assertThat(snapshots.next(response("", "[]"))).isEmpty();
        assertThat(snapshots.next(response("</a>; rel=\"prev\"", "[]"))).isEmpty();
    }

    @Test
    void aListWithABrokenLinkFieldIsRefused() {
        assertThatThrownBy(() -> snapshots.next(response("<http://vault/%zz>; rel=\"next\"", "[]")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aPageNamesFilesAndTheirDigests() throws IOException {
        String page = """
                [{"type":"directory","path":"a","oid":"%1$s"},
                 {"type":"file","path":"a/b.txt","size":3,"oid":"%1$s"},
                 {"type":"file","path":"c.bin","size":9,"oid":"%1$s","lfs":{"oid":"%2$s","size":9}}]
                """.formatted(Hubs.GIT_SHA1, Hubs.SHA256);

        assertThat(snapshots.files(response("", page)))
                .containsExactly(
                        new SnapshotFile("a/b.txt", 3, Optional.of(Digest.gitBlobSha1(Hubs.GIT_SHA1))),
                        new SnapshotFile("c.bin", 9, Optional.of(Digest.sha256(Hubs.SHA256))));
    }
}
