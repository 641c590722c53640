package io.artifactvault.snapshot;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.FileList;
import io.artifactvault.backend.SnapshotName;
import io.artifactvault.backend.Snapshots;
import io.artifactvault.cache.Vault;
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
        List<Backend> suitable = backends.stream()
                .filter(backend -> backend.snapshots().isPresent())
                .toList();
        return suitable.stream()
                .filter(backend -> name.isEmpty() || backend.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No backend with snapshots is named \"" + name
                        + "\"; backends with snapshots: "
                        + suitable.stream().map(Backend::name).collect(Collectors.joining(", ")) + "."));
    }

    /**
     * A list of files for the backends that read such lists.
     *
     * @throws IllegalArgumentException with a sentence
     */
    public ListRef read(ListQuery query) {
        FileList list = query.list();
        ListReader reader = ListReader.of(backends, query.backend(), query.ecosystem());
        return new ListRef(ListRef.place(reader.label(), list), reader.lists().read(list), reader.backends());
    }

    /**
     * The pins of a list.
     *
     * @param backend empty for those of the ecosystem
     * @param ecosystem empty for that of the first backend that reads lists
     * @throws IllegalArgumentException with a sentence
     */
    public SnapshotRef pinOfList(String backend, String ecosystem, String name) {
        return ListRef.pin(ListReader.of(backends, backend, ecosystem).label(), name);
    }

    /** Starts the job, or queues it. */
    public Job start(JobRequest request) {
        Subject subject = request.list().map(list -> subject(request, list)).orElseGet(() -> subject(request));
        return jobs.start(request, job -> new SnapshotTask(request, job, subject, stored, pins, clock));
    }

    private Subject subject(JobRequest request, ListRef list) {
        return new ListSubject(request, list.files(), new VaultRequests(list.backends(), vault), stored, pins);
    }

    private Subject subject(JobRequest request) {
        Backend backend = backend(request.backend());
        return new RepositorySubject(
                request,
                new SnapshotSource(
                        new KnownSnapshots(backend, stored, request.credential()),
                        new VaultRequests(List.of(backend), vault)),
                stored,
                manifests);
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
     * Removes every pin of that repository that has this commit, or was made under this branch or tag; of a list, every
     * pin of its name.
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
        return revision.isEmpty()
                || pinned.revision().equals(revision)
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
