package io.artifactvault.proofs;

import static io.artifactvault.proofs.Waiting.seconds;

import io.artifactvault.proofs.attack.Attack;
import io.artifactvault.proofs.attack.AttackStage;
import io.artifactvault.proofs.attack.Attacks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Each attack on memory, descriptors and disk, against a vault of its own with a heap of 256 MiB and 1,024 descriptors: it
 * lives, a client of another address gets right answers during and after, all that the attack took comes back, and no stored
 * file is lost. One row of a table for each attack.
 */
final class BudgetProof implements Proof {
    @Override
    public void run(Trial trial) {
        trial.figure("| attack | what came of it | right answers during (slowest) | after | resident at most"
                + " | heap, descriptors, threads: before, after | back after | stored files lost | promise |");
        trial.figure("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for (int round = 0; round < trial.amount(1); round++) {
            for (Attack attack : Attacks.all()) {
                if (trial.runs(attack.name())) {
                    run(trial, attack);
                }
            }
        }
    }

    private static void run(Trial trial, Attack attack) {
        try (BudgetStage stage = new BudgetStage(trial, attack)) {
            run(trial, attack, stage);
        } catch (Exception e) {
            // The other attacks can be tried nevertheless.
            trial.promise(false, "%s: the proof itself failed: %s", attack.name(), e);
        }
    }

    private static void run(Trial trial, Attack attack, BudgetStage stage) throws Exception {
        stage.warmUp();
        Traces before = stage.traces();
        if (attack.hubIsAway()) {
            stage.stopHub();
        }
        Witness during = stage.witness(attack.hubIsAway());
        AttackStage scene = stage.attack(trial.scale());
        List<String> broken = new ArrayList<>(attack(attack, scene, during));
        Fading fading = stage.fading(before);
        long peak = stage.vault().memoryKiB("VmHWM") >> 10;
        boolean lives = stage.vault().isAlive();
        Witness after = stage.askForStored();
        long lost = attack.evicts() ? 0 : stage.lost();
        require(broken, lives, "the process ended");
        require(broken, during.wrong() == 0, during.wrong() + " wrong answers during");
        require(
                broken,
                !attack.leavesRoom() || during.right() == during.asked(),
                (during.asked() - during.right()) + " of " + during.asked() + " not answered during: "
                        + during.reasons());
        require(
                broken,
                after.right() == after.asked(),
                (after.asked() - after.right()) + " of " + after.asked() + " not right after: " + after.reasons());
        require(broken, fading.left().isEmpty(), "not back: " + fading.left());
        require(broken, lost == 0, lost + " stored files lost");
        trial.figure(
                "| %s | %s | %d of %d (%.2f s) | %d of %d | %s | %s | %.1f s | %s | %s |",
                attack.name(),
                String.join("; ", scene.remarks()),
                during.right(),
                during.asked(),
                seconds(during.slowest()),
                after.right(),
                after.asked(),
                lives ? peak + " MiB" : "ended",
                compared(before, fading.last()),
                seconds(fading.took()),
                attack.evicts() ? "may be evicted" : Long.toString(lost),
                broken.isEmpty() ? "kept" : "BROKEN");
        broken.forEach(text -> trial.promise(false, "%s: %s", attack.name(), text));
    }

    /** Attacks while the witness asks; answers what of the attack's own promises was broken. */
    private static List<String> attack(Attack attack, AttackStage scene, Witness witness) throws InterruptedException {
        Thread client = Thread.ofPlatform().start(witness);
        try (scene) {
            attack.run(scene);
        } catch (Exception e) {
            scene.fail(e);
        } finally {
            witness.stop();
            client.join();
        }
        return scene.broken();
    }

    private static void require(List<String> broken, boolean holds, String text) {
        if (!holds) {
            broken.add(text);
        }
    }

    private static String compared(Traces before, Traces after) {
        return String.format(
                Locale.ROOT,
                "%d → %d MiB, %d → %d, %d → %d",
                before.value("heap MiB"),
                after.value("heap MiB"),
                before.value("descriptors"),
                after.value("descriptors"),
                before.value("threads"),
                after.value("threads"));
    }
}
