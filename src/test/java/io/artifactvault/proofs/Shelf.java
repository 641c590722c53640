package io.artifactvault.proofs;

import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.TestHub;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Repositories full of files of all sizes, at a Hub that runs in this process. */
final class Shelf {
    private static final int SMALLEST = 10_000;

    private Shelf() {}

    /** @param path its resolve route at the Hub */
    record Item(String path, Content content) {}

    /**
     * A new repository with so many files, half of them in git, half in LFS; sizes from 10 KB up, spread evenly over their
     * logarithms.
     */
    static List<Item> fill(TestHub hub, String id, int count, long largest, Random random) {
        HubRepository repository = hub.repo("models", id);
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long size = (long) (SMALLEST * Math.pow((double) largest / SMALLEST, random.nextDouble()));
            Content content = Content.generated(size, random.nextLong());
            String name = "file-" + i + ".bin";
            if (i % 2 == 0) {
                repository.lfs(name, content);
            } else {
                // Read again and again: bytes in memory cost less.
                repository.file(name, content.bytes());
            }
            items.add(new Item(TestHub.resolve(repository, "main", name), content));
        }
        repository.push();
        return items;
    }

    /** A new repository with so many LFS files of one size. */
    static List<Item> same(TestHub hub, String id, int count, long size) {
        HubRepository repository = hub.repo("models", id);
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Content content = Content.generated(size, id.hashCode() + (long) i);
            repository.lfs("file-" + i + ".bin", content);
            items.add(new Item(TestHub.resolve(repository, "main", "file-" + i + ".bin"), content));
        }
        repository.push();
        return items;
    }
}
