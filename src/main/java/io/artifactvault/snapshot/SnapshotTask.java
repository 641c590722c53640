package io.artifactvault.snapshot;

import io.artifactvault.backend.ListedFiles;
import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.backend.SnapshotName;
import io.artifactvault.http.Digest;
import io.artifactvault.store.index.Pins;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Carries out one job request, from top to bottom. Confined to the job's thread, except that several threads fetch
 * files.
 */
final class SnapshotTask {
    private static final int MOST_TRIES = 4;

    private final JobRequest request;
    private final Job job;
    private final Subject subject;
    private final Stored stored;
    private final Pins pins;
    private final Clock clock;

    SnapshotTask(JobRequest request, Job job, Subject subject, Stored stored, Pins pins, Clock clock) {
        this.request = request;
        this.job = job;
        this.subject = subject;
        this.stored = stored;
        this.pins = pins;
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
        FileListing listing = subject.listing();
        SnapshotName at = listing.at();
        List<SnapshotFile> chosen = choose(listing, request.selection());
        if (request.dryRun()) {
            return count(at, chosen);
        }
        boolean pinnedBefore = isPinned(at);
        subject.order(listing, askedAt);
        forEach(chosen, file -> bring(at, file));
        if (job.troubled() > 0) {
            giveUpPin(at, pinnedBefore);
            throw new SnapshotException(
                    job.troubled() + " files could not be fetched; run the command again to continue.");
        }
        if (request.kind() == JobRequest.Kind.PIN) {
            pin(listing, chosen);
            return "Pinned at " + at.revision() + ".";
        }
        return "Complete at " + at.revision() + ".";
    }

    private String count(SnapshotName at, List<SnapshotFile> chosen) throws SnapshotException, IOException {
        for (SnapshotFile file : chosen) {
            if (stored.holds(file) || subject.content(at, file).isPresent()) {
                job.found(file);
            }
        }
        String sentence = job.missing() + " files would be fetched, with " + job.missingBytes() + " bytes";
        if (job.troubled() > 0) {
            throw new SnapshotException(sentence + "; " + job.troubled() + " cannot be fetched.");
        }
        return sentence + ".";
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
        listing.notes().forEach(job::note);
        for (ListedFiles.Problem problem : listing.problems()) {
            job.trouble(problem.subject(), problem.reason());
        }
        return chosen;
    }

    private void forEach(List<SnapshotFile> files, Parallel.Step<SnapshotFile> step) throws InterruptedException {
        Parallel.forEach(files, request.parallel(), step, (file, reason) -> job.trouble(subject.title(file), reason));
    }

    private void bring(SnapshotName at, SnapshotFile file) throws SnapshotException, IOException, InterruptedException {
        Optional<Digest> content = subject.content(at, file);
        if (content.isPresent()) {
            take(at, file, content.get());
            return;
        }
        fetch(at, file, 1);
        Digest fetched = Stored.await(() -> subject.content(at, file))
                .orElseThrow(() ->
                        new SnapshotException("The file arrived but could not be stored; check the vault's log."));
        mustBeListed(file, fetched);
        pinNow(at, Set.of(fetched));
        subject.stored(file);
        job.fetched(file);
    }

    /**
     * Takes stored content into the snapshot. For a pin it reads the content first, because it may have been stored a
     * long time ago.
     */
    private void take(SnapshotName at, SnapshotFile file, Digest content)
            throws SnapshotException, IOException, InterruptedException {
        mustBeListed(file, content);
        if (request.kind() == JobRequest.Kind.PIN && !stored.isRight(content, file)) {
            throw new SnapshotException("The stored file is damaged; run 'vault cache verify --repair'.");
        }
        pinNow(at, Set.of(content));
        subject.stored(file);
        job.found(file);
    }

    private void mustBeListed(SnapshotFile file, Digest content) throws SnapshotException, IOException {
        if (!stored.isListed(content, file)) {
            throw new SnapshotException(
                    "Its content has " + content + ", not " + file.digest().orElseThrow() + " as listed.");
        }
    }

    /** Fetches a file; a download that breaks off is resumed where it ended. */
    private void fetch(SnapshotName at, SnapshotFile file, int attempt)
            throws SnapshotException, IOException, InterruptedException {
        try {
            subject.fetch(at, file, job::moved);
        } catch (IOException e) {
            if (attempt >= MOST_TRIES) {
                throw e;
            }
            fetch(at, file, attempt + 1);
        }
    }

    private void pin(FileListing listing, List<SnapshotFile> chosen) throws SnapshotException, IOException {
        pinNow(listing.at(), subject.answers(listing));
        for (SnapshotFile file : chosen) {
            if (subject.content(listing.at(), file).isEmpty()) {
                throw new SnapshotException(
                        subject.title(file) + " was evicted in the meantime; pin the snapshot again.");
            }
        }
        subject.pinned(listing.at());
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
        FileListing listing = subject.knownListing();
        SnapshotName at = listing.at();
        forEach(choose(listing, meant(at)), file -> prove(at, file));
        if (job.troubled() > 0) {
            throw new SnapshotException(
                    job.troubled() + " files are missing or damaged; run 'vault warm' to fetch them again.");
        }
        return "Complete and verified at " + at.revision() + ".";
    }

    /** The patterns of the request or, if it has none, those with which the snapshot was warmed. */
    private Selection meant(SnapshotName at) throws SnapshotException, IOException {
        return request.selection().equals(Selection.ALL) ? subject.selection(at) : request.selection();
    }

    private void prove(SnapshotName at, SnapshotFile file) throws SnapshotException, IOException {
        Optional<Digest> content = subject.content(at, file);
        if (content.isEmpty()) {
            throw new SnapshotException("missing");
        }
        if (!stored.isRight(content.get(), file)) {
            throw new SnapshotException("damaged");
        }
        job.found(file);
    }
}
