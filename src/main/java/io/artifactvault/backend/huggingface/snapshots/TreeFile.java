package io.artifactvault.backend.huggingface.snapshots;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.artifactvault.backend.SnapshotFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code trees/<commit>.json}, in which huggingface_hub records the files of a commit. */
final class TreeFile {
    private static final JsonFactory JSON = new JsonFactory();

    private TreeFile() {}

    static List<SnapshotFile> read(byte[] text) throws IOException {
        List<SnapshotFile> files = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(text)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = parser.currentName().equals("files");
                parser.nextToken();
                if (wanted) {
                    files(parser, files);
                } else {
                    parser.skipChildren();
                }
            }
        }
        return files;
    }

    private static void files(JsonParser parser, List<SnapshotFile> files) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String path = parser.currentName();
            parser.nextToken();
            files.add(file(parser, path));
        }
    }

    private static SnapshotFile file(JsonParser parser, String path) throws IOException {
        long size = 0;
        String blob = "";
        String sha256 = "";
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "size" -> size = parser.getValueAsLong();
                case "blob_id" -> blob = parser.getText();
                case "lfs_sha256" -> sha256 = parser.getText();
                default -> parser.skipChildren();
            }
        }
        return new SnapshotFile(path, size, HubEtag.digest(sha256.isEmpty() ? blob : sha256));
    }
}
