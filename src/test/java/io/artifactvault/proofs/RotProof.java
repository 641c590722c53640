package io.artifactvault.proofs;

import io.artifactvault.http.Digest;
import io.artifactvault.proofs.Downloads.End;
import io.artifactvault.proofs.Downloads.Result;
import io.artifactvault.proofs.Shelf.Item;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.testhub.TestHub;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Stored files are damaged in every way while the vault is down, and again under a vault that runs and has just served them: none is
 * served as whole, all heal at the next request.
 */
final class RotProof implements Proof {
    private static final int FILES = 20;
    private static final long SIZE = 4_000_000;

    @Override
    public void run(Trial trial) throws Exception {
        int files = Math.toIntExact(trial.amount(FILES));
        Path cache = trial.folder("cache");
        Random random = trial.random();
        Map<Damage, List<Item>> scenes = new EnumMap<>(Damage.class);
        try (TestHub hub = TestHub.empty()) {
            for (Damage damage : Damage.values()) {
                scenes.put(damage, Shelf.same(hub, "acme/" + damage, 2 * files, SIZE));
            }
            try (VaultProcess vault = VaultProcess.start(cache, hub.base())) {
                long got = scenes.values().stream()
                        .flatMap(List::stream)
                        .filter(item -> get(vault, item).end() == End.WHOLE)
                        .count();
                trial.promise(got == scenes.size() * 2L * files, "only %d files were stored", got);
            }
            for (Map.Entry<Damage, List<Item>> scene : scenes.entrySet()) {
                damage(cache, scene.getKey(), scene.getValue(), random);
            }
            try (VaultProcess vault = VaultProcess.start(cache, hub.base())) {
                for (Map.Entry<Damage, List<Item>> scene : scenes.entrySet()) {
                    judge(trial, hub, vault, scene.getKey(), "", scene.getValue());
                }
                scenes.remove(Damage.JUNK_ROW);
                for (Map.Entry<Damage, List<Item>> scene : scenes.entrySet()) {
                    damage(cache, scene.getKey(), scene.getValue(), random);
                    judge(trial, hub, vault, scene.getKey(), " while it runs", scene.getValue());
                }
            }
            trial.promise(StoredFiles.wrong(cache).isEmpty(), "damaged files are still stored");
        }
    }

    /** Every even one; the odd ones are their partners. */
    private static void damage(Path cache, Damage damage, List<Item> items, Random random) throws Exception {
        VaultLayout layout = new VaultLayout(cache);
        for (int i = 0; i < items.size(); i += 2) {
            damage.befall(blob(layout, items.get(i)), blob(layout, items.get(i + 1)), random);
        }
    }

    private static Path blob(VaultLayout layout, Item item) {
        return layout.blob(Digest.sha256(item.content().sha256()));
    }

    private static Result get(VaultProcess vault, Item item) {
        return Downloads.get(vault.uri(item.path()), item.content());
    }

    private static void judge(
            Trial trial, TestHub hub, VaultProcess vault, Damage damage, String when, List<Item> items) {
        int wrong = 0;
        int healed = 0;
        long fetched = 0;
        for (int i = 0; i < items.size(); i += 2) {
            hub.reset();
            Result first = get(vault, items.get(i));
            fetched += hub.originBodyBytes();
            wrong += first.end() == End.WRONG ? 1 : 0;
            healed += first.end() == End.WHOLE && isCached(hub, vault, items.get(i)) ? 1 : 0;
            Result partner = get(vault, items.get(i + 1));
            wrong += partner.end() == End.WRONG ? 1 : 0;
        }
        int files = items.size() / 2;
        double share = (double) fetched / files / SIZE;
        trial.figure(
                "%-26s %d of %d damaged files served as whole, %d healed by the next request, %.2f of each fetched again",
                damage + when, wrong, files, healed, share);
        trial.promise(wrong == 0, "%s%s: %d wrong files were served as whole", damage, when, wrong);
        trial.promise(healed == files, "%s%s: %d of %d healed", damage, when, healed, files);
        trial.promise(!damage.isLocal() || share < 0.6, "%s%s: %.2f of each was fetched again", damage, when, share);
    }

    private static boolean isCached(TestHub hub, VaultProcess vault, Item item) {
        hub.reset();
        return get(vault, item).end() == End.WHOLE && hub.originBodyBytes() == 0;
    }
}
