package io.artifactvault.snapshot;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.SnapshotName;
import io.artifactvault.backend.Snapshots;
import io.artifactvault.cache.Vault;
import io.artifactvault.http.Credential;
import io.artifactvault.store.blob.BlobStore;
import io.artifactvault.store.index.EntryIndex;
import io.artifactvault.store.index.Inventory;
import io.artifactvault.store.index.Pins;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Accepts an operator's requests about snapshots. Thread-safe; may read the disk, so it must not be called on event
 * loops.
 */
public final class SnapshotDesk implements AutoCloseable {
    private final List<Backend> backends;
    private final Vault vault;
    private final Stored stored;
    private final Pins pins;
    private final Manifests manifests;
    private final Jobs jobs;
    private final Clock clock;

    /** The objects that it uses and does not own; all of them outlive it. */
    public record Parts(EntryIndex index, BlobStore blobs, Pins pins, Inventory ledger, Clock clock) {}

    public SnapshotDesk(List<Backend> backends, Vault vault, Parts parts) {
        this.backends = List.copyOf(backends);
        this.vault = vault;
        this.stored = new Stored(parts.index, parts.blobs);
        this.pins = parts.pins;
        this.manifests = new Manifests(parts.ledger);
        this.clock = parts.clock;
        this.jobs = new Jobs(clock);
    }

    /** @throws IllegalArgumentException with a sentence */
    public SnapshotRef find(SnapshotQuery query) {
        Backend backend = backend(query.backend());
        Snapshots snapshots = backend.snapshots().orElseThrow();
        return new SnapshotRef(backend.name(), snapshots.name(query.type(), query.repository(), query.revision()));
    }

    private Backend backend(String name) {
        return backends.stream()
                .filter(backend -> backend.snapshots().isPresent())
                .filter(backend -> name.isEmpty() || backend.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "No backend with snapshots is named \"" + name + "\"; backends with snapshots: "
                                + backends.stream()
                                        .filter(backend -> backend.snapshots().isPresent())
                                        .map(Backend::name)
                                        .collect(Collectors.joining(", "))
                                + "."));
    }

    /** Starts the job, or queues it. */
    public Job start(JobRequest request) {
        SnapshotSource source = source(backend(request.backend()), request.credential());
        return jobs.start(request, job -> new SnapshotTask(request, job, source, stored, pins, manifests, clock));
    }

    private SnapshotSource source(Backend backend, Optional<Credential> credential) {
        return new SnapshotSource(new KnownSnapshots(backend, stored, credential), vault);
    }

    public Optional<Job> job(String id) {
        return jobs.find(id);
    }

    /** All jobs, the newest first. */
    public List<Job> jobs() {
        return jobs.all();
    }

    /** Cancels a job; returns false if it was already over. */
    public boolean cancel(Job job) {
        return jobs.cancel(job);
    }

    /** The pinned snapshots, for the admin API. */
    public List<Map<String, Object>> pins() throws IOException {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Pins.Pin pin : pins.all()) {
            all.add(Json.of(
                    "repository", pin.repository(),
                    "commit", pin.revision(),
                    "revision", asked(pin).orElse(""),
                    "contents", pin.contents()));
        }
        return all;
    }

    private Optional<String> asked(Pins.Pin pin) throws IOException {
        for (Backend backend : backends) {
            Optional<SnapshotName> at = PinLabel.snapshot(pin, backend.name());
            if (at.isPresent()) {
                return manifests.find(backend.name(), at.get()).map(Manifests.Manifest::revision);
            }
        }
        return Optional.empty();
    }

    /**
     * Removes the pins of that repository for this commit, and those that were made under this branch or tag.
     *
     * @return the number of pins removed
     */
    public int unpin(SnapshotRef ref) throws IOException {
        int gone = 0;
        for (Pins.Pin pin : pins.all()) {
            Optional<SnapshotName> at = PinLabel.snapshot(pin, ref.backend())
                    .filter(snapshot -> snapshot.place().equals(ref.name().place()));
            if (at.isPresent() && isMeant(ref, at.get()) && pins.unpin(pin.repository(), pin.revision())) {
                gone++;
            }
        }
        return gone;
    }

    private boolean isMeant(SnapshotRef ref, SnapshotName pinned) throws IOException {
        String revision = ref.name().revision();
        return pinned.revision().equals(revision)
                || manifests
                        .find(ref.backend(), pinned)
                        .filter(manifest -> manifest.revision().equals(revision))
                        .isPresent();
    }

    @Override
    public void close() {
        jobs.close();
    }
}
