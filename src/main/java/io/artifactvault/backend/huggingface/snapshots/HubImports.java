package io.artifactvault.backend.huggingface.snapshots;

import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.backend.SnapshotImports;
import io.artifactvault.backend.SnapshotName;
import io.artifactvault.backend.Snapshots;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Target;
import io.artifactvault.http.conditional.EntityTag;
import java.util.ArrayList;
import java.util.List;

/** The responses that the Hub would send for a snapshot in a client's own cache. */
record HubImports(Snapshots snapshots) implements SnapshotImports {
    /** The maximum size of a regular file on the Hub, in bytes; larger files are LFS files. */
    private static final long LARGEST_REGULAR = 10L << 20;

    private static final Fields OF_JSON = Fields.of("Content-Type", "application/json; charset=utf-8");

    /** The Hub identifies regular files by their git blob id and LFS files by their sha256. */
    @Override
    public Digest.Algorithm naming(long length) {
        return length > LARGEST_REGULAR ? Digest.Algorithm.SHA256 : Digest.Algorithm.GIT_BLOB_SHA1;
    }

    @Override
    public Fields file(SnapshotName atCommit, SnapshotFile file) {
        Fields.Builder fields = Fields.builder()
                .add("X-Repo-Commit", atCommit.revision())
                .add("Content-Length", Long.toString(file.length()));
        file.digest().ifPresent(digest -> {
            boolean large = digest.algorithm() == Digest.Algorithm.SHA256;
            fields.add(
                    large ? "X-Linked-Etag" : "ETag",
                    EntityTag.strong(digest.hex()).toString());
            fields.add("Content-Type", large ? "application/octet-stream" : "text/plain; charset=utf-8");
        });
        return fields.build();
    }

    @Override
    public List<ImportedResponse> responses(SnapshotName atCommit, List<String> revisions, List<SnapshotFile> files) {
        byte[] revision = HubJsonText.revision(atCommit, files);
        List<ImportedResponse> all = new ArrayList<>();
        all.add(json(snapshots.revision(atCommit), revision));
        all.add(json(snapshots.first(atCommit), HubJsonText.tree(files)));
        for (String name : revisions) {
            all.add(json(snapshots.revision(snapshots.name(atCommit.type(), atCommit.repository(), name)), revision));
        }
        return all;
    }

    private static ImportedResponse json(Target target, byte[] text) {
        return new ImportedResponse(target, OF_JSON, text);
    }
}
