package io.artifactvault.proofs;

import io.artifactvault.proofs.Downloads.End;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.TestHub;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The same LFS content in three repositories and two revisions is fetched and stored once. */
final class DedupProof implements Proof {
    private static final int REPOSITORIES = 3;

    @Override
    public void run(Trial trial) throws Exception {
        Content content =
                Content.generated(trial.amount(20_000_000), trial.random().nextLong());
        Path cache = trial.folder("cache");
        try (TestHub hub = TestHub.empty();
                VaultProcess vault = VaultProcess.start(cache, hub.base())) {
            List<String> paths = publish(hub, content);
            int whole = 0;
            for (String path : paths) {
                whole += Downloads.get(vault.uri(path), content).end() == End.WHOLE ? 1 : 0;
            }
            report(trial, paths.size(), whole, hub, content, cache);
        }
    }

    private static List<String> publish(TestHub hub, Content content) {
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < REPOSITORIES; i++) {
            String name = "weights-" + i + ".bin";
            HubRepository repository = hub.repo("models", "acme/copy-" + i).lfs(name, content);
            String first = repository.push();
            String second = repository.file("README.md", "second revision").push();
            paths.add(TestHub.resolve(repository, first, name));
            paths.add(TestHub.resolve(repository, second, name));
        }
        return paths;
    }

    private static void report(Trial trial, int asked, int whole, TestHub hub, Content content, Path cache)
            throws Exception {
        int fetches = hub.requests(r -> r.contentBytesSent() > 0).size();
        long blobs = Folders.files(StoredFiles.blobs(cache)).size();
        trial.figure(
                "%d downloads of one content from %d repositories, two revisions each: %d whole, %d fetched from the"
                        + " origin (%.2f × its bytes), %d stored",
                asked, REPOSITORIES, whole, fetches, (double) hub.originBodyBytes() / content.length(), blobs);
        trial.promise(whole == asked, "%d of %d downloads were whole", whole, asked);
        trial.promise(fetches == 1, "%d fetches", fetches);
        trial.promise(blobs == 1, "%d files stored", blobs);
    }
}
