package io.artifactvault.proofs;

import io.artifactvault.proofs.Downloads.End;
import io.artifactvault.store.upkeep.IndexView;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.TestHub;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The same LFS content in three repositories and two revisions, below two mounts, is fetched and stored once, and what that
 * saved is counted to the byte.
 */
final class DedupProof implements Proof {
    private static final int REPOSITORIES = 3;

    @Override
    public void run(Trial trial) throws Exception {
        Content content =
                Content.generated(trial.amount(20_000_000), trial.random().nextLong());
        Path cache = trial.folder("cache");
        try (TestHub hub = TestHub.empty()) {
            List<String> paths = publish(hub, content);
            long whole;
            try (VaultProcess vault = VaultProcess.start(cache, hub.base())) {
                whole = paths.stream()
                        .flatMap(path -> Stream.of(vault.uri(path), vault.secondUri(path)))
                        .filter(uri -> Downloads.get(uri, content).end() == End.WHOLE)
                        .count();
            }
            report(trial, 2 * paths.size(), whole, hub, content, cache);
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

    private static void report(Trial trial, int asked, long whole, TestHub hub, Content content, Path cache)
            throws Exception {
        int fetches = hub.requests(r -> r.contentBytesSent() > 0).size();
        long blobs = Folders.files(StoredFiles.blobs(cache)).size();
        long saved = saved(cache);
        long expected = (asked - 1) * content.length();
        trial.figure(
                "%d downloads of one content from %d repositories, two revisions each, below two mounts: %d whole; the"
                        + " origin sent %.2f × its bytes in %d requests; %d stored; %,d bytes counted as saved of %,d",
                asked,
                REPOSITORIES,
                whole,
                (double) hub.originBodyBytes() / content.length(),
                fetches,
                blobs,
                saved,
                expected);
        trial.promise(whole == asked, "%d of %d downloads were whole", whole, asked);
        // One fetch may be several streams, each with a part of its own.
        trial.promise(hub.originBodyBytes() == content.length(), "the origin sent %,d bytes", hub.originBodyBytes());
        trial.promise(blobs == 1, "%d files stored", blobs);
        trial.promise(saved == expected, "%,d bytes counted as saved instead of %,d", saved, expected);
    }

    /** As {@code vault cache stats} tells it once the vault has stopped. */
    private static long saved(Path cache) throws Exception {
        try (IndexView view = IndexView.open(cache)) {
            return view.stats().bytesSaved();
        }
    }
}
