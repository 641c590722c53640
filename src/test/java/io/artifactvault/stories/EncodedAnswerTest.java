package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.Fields;
import io.artifactvault.testhub.HubFile;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Origins that compress although identity was asked for: the client gets what they sent, and it is never taken for the file. */
@Timeout(60)
class EncodedAnswerTest extends HubStory {
    private static final String CONFIG = "acme/tiny/resolve/main/config.json";
    private static final String WEIGHTS = "acme/tiny/resolve/main/model.safetensors";

    private HubFile file(String path) {
        return hub.repo("models", "acme/tiny").at(path);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        return packed.toByteArray();
    }

    private static byte[] gunzip(HttpResponse<byte[]> answer) throws IOException {
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().allValues("content-encoding")).containsExactly("gzip");
        return new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
    }

    private void assertPlain(String below, byte[] content) throws Exception {
        stage.awaitQuiet();
        HttpResponse<byte[]> answer = stage.get(below);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-encoding")).isEmpty();
        assertThat(answer.body()).isEqualTo(content);
    }

    @Test
    void aFileOfTheHubPassesEncodedAndIsNotKept() throws Exception {
        byte[] content = file("config.json").content().bytes();
        hub.knobs().gzipUnasked(true);

        assertThat(gunzip(stage.get(CONFIG))).isEqualTo(content);
        assertThat(gunzip(stage.get(CONFIG, "Range", "bytes=0-3"))).isEqualTo(content);
        hub.knobs().gzipUnasked(false);
        assertPlain(CONFIG, content);
        long asked = hub.requests().size();
        assertPlain(CONFIG, content);
        assertThat(hub.requests()).hasSize((int) asked);
    }

    @Test
    void aFileOfTheCdnPassesEncodedAndIsNotKept() throws Exception {
        byte[] content = file("model.safetensors").content().bytes();
        byte[] packed = gzip(content);
        hub.fail(Asked.cdn(), encoded(packed));

        HttpResponse<byte[]> answer = stage.get(WEIGHTS);
        assertThat(gunzip(answer)).isEqualTo(content);
        assertThat(answer.headers().firstValue("content-length")).hasValue(Integer.toString(packed.length));
        hub.heal();
        assertPlain(WEIGHTS, content);
    }

    /** An encoding may even have the length that was announced. */
    @Test
    void anEncodingOfTheAnnouncedLengthIsNotTheContent() throws Exception {
        byte[] content = file("model.safetensors").content().bytes();
        hub.fail(Asked.cdn(), encoded(new byte[content.length]));

        HttpResponse<byte[]> answer = stage.get(WEIGHTS);
        assertThat(answer.headers().allValues("content-encoding")).containsExactly("gzip");
        hub.heal();
        assertPlain(WEIGHTS, content);
    }

    private static Fault encoded(byte[] body) {
        return reply -> {
            reply.status(200).field("Content-Encoding", "gzip").answer(body);
            return true;
        };
    }

    @Test
    void aLayerPassesEncodedAndIsNotKept() throws Exception {
        byte[] content = file("model.safetensors").content().bytes();
        String layer = "v2/acme/tiny/blobs/sha256:"
                + file("model.safetensors").content().sha256();
        hub.fail(Asked.cdn(), encoded(gzip(content)));

        assertThat(gunzip(stage.get(layer))).isEqualTo(content);
        hub.heal();
        assertPlain(layer, content);
    }

    /** Links and Xet hints would have to be taken out of it. */
    @Test
    void jsonThatTheVaultMustEditIsRefusedEncoded() throws Exception {
        hub.knobs().gzipUnasked(true);

        HttpResponse<byte[]> answer = stage.get("api/models/acme/tiny");
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("Content-Encoding");
        hub.knobs().gzipUnasked(false);
        assertThat(stage.get("api/models/acme/tiny").statusCode()).isEqualTo(200);
    }

    @Test
    void anEncodedErrorIsToldInTheVaultsOwnWords() throws Exception {
        Fields refusal = Fields.of(
                "Content-Type",
                "application/json",
                "Content-Encoding",
                "gzip",
                "X-Error-Code",
                "EntryNotFound",
                "X-Error-Message",
                "No such entry");
        hub.fail(Asked.hub(), Fault.answer(404, refusal, "packed"));

        HttpResponse<byte[]> answer = stage.get("acme/tiny/resolve/main/none.txt");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("content-encoding")).isEmpty();
        assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                .contains("No such entry")
                .doesNotContain("packed");
    }

    @Test
    void anAnswerOfAnyOriginIsKeptAsItIsEncoded(@TempDir Path folder) throws Exception {
        String packed = new String(gzip("hello".getBytes(StandardCharsets.UTF_8)), StandardCharsets.ISO_8859_1);
        try (ScriptedOrigin origin = ScriptedOrigin.open(
                        "127.0.0.1",
                        (_, reply) -> reply.field("Cache-Control", "max-age=60")
                                .field("Content-Encoding", "gzip")
                                .field("ETag", "\"gz\"")
                                .answer(packed.getBytes(StandardCharsets.ISO_8859_1)));
                Stage<String> files = Stage.ofFiles(folder, origin.base()).start()) {
            for (int i = 0; i < 2; i++) {
                HttpResponse<String> answer = files.get("a", "Accept-Encoding", "identity");
                assertThat(answer.headers().allValues("content-encoding")).containsExactly("gzip");
                assertThat(answer.body()).isEqualTo(packed);
            }
            HttpResponse<String> part = files.get("a", "Range", "bytes=2-9");
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.headers().allValues("content-encoding")).containsExactly("gzip");
            assertThat(part.body()).isEqualTo(packed.substring(2, 10));
            assertThat(origin.requests()).hasSize(1);
        }
    }
}
