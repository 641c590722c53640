package io.artifactvault.snapshot;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.backend.SnapshotName;
import io.artifactvault.http.Digest;
import io.artifactvault.store.index.Pins;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Carries out one job request, from top to bottom. Confined to the job's thread, except that several threads fetch
 * files.
 */
final class SnapshotTask {
    private static final int MOST_TRIES = 4;

    private final JobRequest request;
    private final Job job;
    private final SnapshotSource source;
    private final KnownSnapshots known;
    private final Stored stored;
    private final Pins pins;
    private final Manifests manifests;
    private final Clock clock;

    SnapshotTask(
            JobRequest request,
            Job job,
            SnapshotSource source,
            Stored stored,
            Pins pins,
            Manifests manifests,
            Clock clock) {
        this.request = request;
        this.job = job;
        this.source = source;
        this.known = source.known();
        this.stored = stored;
        this.pins = pins;
        this.manifests = manifests;
        this.clock = clock;
    }

    /** Runs the task and returns its result as a sentence. */
    String run() throws SnapshotException, IOException, InterruptedException {
        return switch (request.kind()) {
            case WARM, PIN -> bring();
            case CHECK -> check();
        };
    }

    private String bring() throws SnapshotException, IOException, InterruptedException {
        Instant askedAt = clock.instant();
        SnapshotName at = source.fixed(request.snapshot());
        FileListing listing = source.listing(at);
        List<SnapshotFile> chosen = choose(listing, request.selection());
        if (request.dryRun()) {
            chosen.stream().filter(stored::holds).forEach(job::found);
            return job.missing() + " files would be fetched.";
        }
        boolean pinnedBefore = isPinned(at);
        keepManifest(at);
        known.point(request.snapshot(), listing, askedAt);
        source.askForRevision(at);
        forEach(chosen, file -> bring(at, file));
        if (job.troubled() > 0) {
            giveUpPin(at, pinnedBefore);
            throw new SnapshotException(
                    job.troubled() + " files could not be fetched; run the command again to continue.");
        }
        if (request.kind() == JobRequest.Kind.PIN) {
            pin(listing);
            return "Pinned at " + at.revision() + ".";
        }
        return "Complete at " + at.revision() + ".";
    }

    /** Records the manifest, for a renamed repository under both its names, because clients use either. */
    private void keepManifest(SnapshotName at) throws SnapshotException {
        manifests.keep(request.backend(), at, request.snapshot().revision(), request.selection());
        SnapshotName trueName = known.trueName(at);
        if (!trueName.equals(at)) {
            manifests.keep(request.backend(), trueName, request.snapshot().revision(), request.selection());
        }
    }

    private List<SnapshotFile> choose(FileListing listing, Selection selection) throws SnapshotException {
        job.means(listing.at().revision());
        List<SnapshotFile> chosen = listing.files().stream()
                .filter(file -> selection.contains(file.path()))
                .toList();
        if (chosen.isEmpty() && !listing.files().isEmpty()) {
            throw new SnapshotException("None of the " + listing.files().size() + " files of " + listing.at()
                    + " match; check the patterns of --include and --exclude.");
        }
        chosen.forEach(job::chose);
        return chosen;
    }

    /** The action for each file. */
    @FunctionalInterface
    private interface Step {
        void with(SnapshotFile file) throws SnapshotException, IOException, InterruptedException;
    }

    private void forEach(List<SnapshotFile> files, Step step) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(
                request.parallel(),
                Thread.ofPlatform().name("snapshot-file-", 1).daemon().factory());
        try {
            List<Future<?>> all = files.stream()
                    .<Future<?>>map(file -> threads.submit(() -> guarded(file, step)))
                    .toList();
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("the step of a file throws no exception", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private void guarded(SnapshotFile file, Step step) {
        try {
            step.with(file);
        } catch (SnapshotException e) {
            job.trouble(file.path(), e.sentence());
        } catch (IOException | RuntimeException e) {
            job.trouble(file.path(), String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void bring(SnapshotName at, SnapshotFile file) throws SnapshotException, IOException, InterruptedException {
        Resource resource = known.file(at, file);
        Optional<Digest> content = stored.content(resource);
        if (content.isPresent()) {
            take(at, file, content.get());
            return;
        }
        fetch(at, file, 1);
        Digest fetched = stored.awaitContent(resource)
                .orElseThrow(() ->
                        new SnapshotException("The file arrived but could not be stored; check the vault's log."));
        pinNow(at, Set.of(fetched));
        job.fetched(file);
    }

    /**
     * Takes stored content into the snapshot. For a pin it reads the content first, because it may have been stored a
     * long time ago.
     */
    private void take(SnapshotName at, SnapshotFile file, Digest content) throws SnapshotException, IOException {
        if (request.kind() == JobRequest.Kind.PIN && !stored.isRight(content, file)) {
            throw new SnapshotException("The stored file is damaged; run 'vault cache verify --repair'.");
        }
        pinNow(at, Set.of(content));
        job.found(file);
    }

    /** Fetches a file; a download that breaks off is resumed where it ended. */
    private void fetch(SnapshotName at, SnapshotFile file, int attempt)
            throws SnapshotException, IOException, InterruptedException {
        try {
            source.fetch(at, file, job::moved);
        } catch (IOException e) {
            if (attempt >= MOST_TRIES) {
                throw e;
            }
            fetch(at, file, attempt + 1);
        }
    }

    private void pin(FileListing listing) throws SnapshotException, IOException {
        Set<Digest> answers = new HashSet<>();
        for (Resource page : listing.pages()) {
            stored.content(page).ifPresent(answers::add);
        }
        for (Resource revision : known.revisions(request.snapshot(), listing.at())) {
            stored.content(revision).ifPresent(answers::add);
        }
        pinNow(listing.at(), answers);
        for (SnapshotFile file : listing.files()) {
            if (request.selection().contains(file.path())
                    && stored.content(known.file(listing.at(), file)).isEmpty()) {
                throw new SnapshotException(file.path() + " was evicted in the meantime; pin the snapshot again.");
            }
        }
    }

    private void pinNow(SnapshotName at, Set<Digest> content) {
        if (request.kind() == JobRequest.Kind.PIN) {
            pins.pin(PinLabel.repository(request.backend(), at), at.revision(), content);
        }
    }

    private boolean isPinned(SnapshotName at) {
        return pins.all().stream().anyMatch(pin -> PinLabel.matches(pin, request.backend(), at));
    }

    private void giveUpPin(SnapshotName at, boolean pinnedBefore) {
        if (request.kind() == JobRequest.Kind.PIN && !pinnedBefore) {
            pins.unpin(PinLabel.repository(request.backend(), at), at.revision());
        }
    }

    private String check() throws SnapshotException, IOException, InterruptedException {
        Optional<SnapshotName> here = known.fixed(request.snapshot());
        SnapshotName at = here.isPresent() ? here.get() : source.fixed(request.snapshot());
        Optional<FileListing> noted = known.listing(at);
        FileListing listing = noted.isPresent() ? noted.get() : source.listing(at);
        forEach(choose(listing, meant(at)), file -> prove(at, file));
        if (job.troubled() > 0) {
            throw new SnapshotException(
                    job.troubled() + " files are missing or damaged; run 'vault warm' to fetch them again.");
        }
        return "Complete and verified at " + at.revision() + ".";
    }

    /** The patterns of the request or, if it has none, those with which the snapshot was warmed. */
    private Selection meant(SnapshotName at) throws SnapshotException, IOException {
        if (!request.selection().equals(Selection.ALL)) {
            return request.selection();
        }
        return manifests
                .find(request.backend(), known.trueName(at))
                .map(Manifests.Manifest::selection)
                .orElse(Selection.ALL);
    }

    private void prove(SnapshotName at, SnapshotFile file) throws SnapshotException, IOException {
        Optional<Digest> content = stored.content(known.file(at, file));
        if (content.isEmpty()) {
            throw new SnapshotException("missing");
        }
        if (!stored.isRight(content.get(), file)) {
            throw new SnapshotException("damaged");
        }
        job.found(file);
    }
}
