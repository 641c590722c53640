package io.artifactvault.backend.huggingface.snapshots;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.backend.SnapshotName;
import io.artifactvault.http.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * Writes what the Hub's API would respond for a snapshot, as far as clients need it (protocol reference, part 1 §3).
 */
final class HubJsonText {
    private static final JsonFactory JSON = new JsonFactory();

    private HubJsonText() {}

    @FunctionalInterface
    private interface Text {
        void write(JsonGenerator to) throws IOException;
    }

    static byte[] revision(SnapshotName at, List<SnapshotFile> files) {
        return bytes(to -> {
            to.writeStartObject();
            to.writeStringField("id", at.repository());
            to.writeStringField("sha", at.revision());
            to.writeArrayFieldStart("tags");
            to.writeEndArray();
            to.writeArrayFieldStart("siblings");
            for (SnapshotFile file : files) {
                to.writeStartObject();
                to.writeStringField("rfilename", file.path());
                to.writeEndObject();
            }
            to.writeEndArray();
            to.writeEndObject();
        });
    }

    static byte[] tree(List<SnapshotFile> files) {
        return bytes(to -> {
            to.writeStartArray();
            for (SnapshotFile file : files) {
                item(to, file);
            }
            to.writeEndArray();
        });
    }

    /** Writes one file of the list. The git id of an LFS file's pointer is unknown here; clients do not compare it. */
    private static void item(JsonGenerator to, SnapshotFile file) throws IOException {
        Optional<String> sha256 = file.digest()
                .filter(digest -> digest.algorithm() == Digest.Algorithm.SHA256)
                .map(Digest::hex);
        to.writeStartObject();
        to.writeStringField("type", "file");
        to.writeStringField(
                "oid",
                file.digest().filter(_ -> sha256.isEmpty()).map(Digest::hex).orElse("0".repeat(40)));
        to.writeNumberField("size", file.length());
        if (sha256.isPresent()) {
            to.writeObjectFieldStart("lfs");
            to.writeStringField("oid", sha256.get());
            to.writeNumberField("size", file.length());
            to.writeNumberField("pointerSize", 135);
            to.writeEndObject();
        }
        to.writeStringField("path", file.path());
        to.writeEndObject();
    }

    private static byte[] bytes(Text text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator to = JSON.createGenerator(bytes)) {
            text.write(to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
