package io.artifactvault.snapshot;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.Resolution;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.backend.SnapshotName;
import io.artifactvault.backend.Snapshots;
import io.artifactvault.cache.Answer;
import io.artifactvault.cache.Vault;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import io.artifactvault.store.Entry;
import io.artifactvault.store.PointerValue;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One backend's snapshots for one caller: asked for through the vault exactly as that caller's client would, so that the same gate,
 * the same single flight and the same checks apply; or read from what is stored. Blocking; thread-safe.
 */
final class SnapshotSource {
    private static final Pattern NEXT = Pattern.compile("<[a-z]+://[^/>]*([^>]*)>\\s*;\\s*rel=\"?next\"?");
    private static final String BASE = "http://vault";
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    private static final int MOST_WAITS = 10;
    private static final int MOST_PAGES = 10_000;

    private final Backend backend;
    private final Snapshots snapshots;
    private final Vault vault;
    private final Stored stored;
    private final Optional<Credential> credential;

    SnapshotSource(Backend backend, Snapshots snapshots, Vault vault, Stored stored, Optional<Credential> credential) {
        this.backend = backend;
        this.snapshots = snapshots;
        this.vault = vault;
        this.stored = stored;
        this.credential = credential;
    }

    /** The snapshot at the commit that its revision means now. */
    SnapshotName fixed(SnapshotName name) throws SnapshotException, InterruptedException {
        byte[] told = json(snapshots.revision(name), name.toString());
        return name.at(commit(name, told));
    }

    /** From now on the name means this commit, until upstream is asked again. */
    void point(SnapshotName asked, Listing listing, Instant askedAt) throws SnapshotException {
        if (!listing.files().isEmpty()) {
            file(asked, listing.files().getFirst())
                    .name()
                    .ifPresent(name -> stored.index()
                            .putPointer(
                                    name.key(), new PointerValue(listing.at().revision(), askedAt)));
        }
    }

    /** Has the answer ready that a client gets when it asks for the commit itself. */
    void askForRevision(SnapshotName name) throws SnapshotException, InterruptedException {
        json(snapshots.revision(name), name.toString());
    }

    /** The same as {@link #fixed}, from what is stored. */
    Optional<SnapshotName> storedFixed(SnapshotName name) throws SnapshotException {
        if (snapshots.isFixed(name)) {
            return Optional.of(name);
        }
        try {
            Optional<byte[]> told = stored.bytes(resource(snapshots.revision(name)));
            return told.isPresent() ? Optional.of(name.at(commit(name, told.get()))) : Optional.empty();
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    private String commit(SnapshotName name, byte[] told) throws SnapshotException {
        try {
            return snapshots
                    .commit(told)
                    .orElseThrow(() -> new SnapshotException("Upstream names no commit for " + name + "."));
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    Listing listing(SnapshotName at) throws SnapshotException, InterruptedException {
        Pages pages = new Pages(at);
        Optional<Target> page = Optional.of(snapshots.listing(at));
        while (page.isPresent()) {
            Answer answer = ask(page.get(), at.toString());
            pages.add(page.get(), body(answer, at.toString()));
            page = next(answer.fields());
        }
        return pages.listing();
    }

    /** The same from what is stored; empty when a page of it is not. */
    Optional<Listing> storedListing(SnapshotName at) throws SnapshotException {
        Pages pages = new Pages(at);
        Optional<Target> page = Optional.of(snapshots.listing(at));
        while (page.isPresent()) {
            Resource resource = resource(page.get());
            Optional<Entry> entry = stored.entry(resource);
            Optional<byte[]> told = storedBytes(resource, at);
            if (entry.isEmpty() || told.isEmpty()) {
                return Optional.empty();
            }
            pages.add(page.get(), told.get());
            page = next(resource.present(entry.get().fields(), request(page.get())));
        }
        return Optional.of(pages.listing());
    }

    private Optional<byte[]> storedBytes(Resource resource, SnapshotName at) throws SnapshotException {
        try {
            return stored.bytes(resource);
        } catch (IOException e) {
            throw unreadable(at, e);
        }
    }

    Resource file(SnapshotName at, SnapshotFile file) throws SnapshotException {
        return resource(snapshots.file(at, file.path()));
    }

    /** The answers of the name and of the commit itself, as clients ask for them. */
    List<Resource> revisions(SnapshotName asked, SnapshotName at) throws SnapshotException {
        return List.of(resource(snapshots.revision(asked)), resource(snapshots.revision(at)));
    }

    /** Asks for a file and waits until it has come; a refusal is the exception's message. */
    void fetch(SnapshotName at, SnapshotFile file, LongConsumer moved)
            throws SnapshotException, IOException, InterruptedException {
        Answer answer = ask(snapshots.file(at, file.path()), file.path());
        BodyDrain.follow(answer.body(), moved);
    }

    private byte[] json(Target target, String title) throws SnapshotException, InterruptedException {
        return body(ask(target, title), title);
    }

    private static byte[] body(Answer answer, String title) throws SnapshotException, InterruptedException {
        try {
            return BodyDrain.read(answer.body());
        } catch (IOException e) {
            throw new SnapshotException("Could not read what upstream says of " + title + ": " + e.getMessage() + ".");
        }
    }

    private Answer ask(Target target, String title) throws SnapshotException, InterruptedException {
        Answer answer = answer(target);
        for (int i = 0; i < MOST_WAITS && isBusy(answer); i++) {
            Thread.sleep(pause(answer));
            answer = answer(target);
        }
        if (answer.status() == 200) {
            return answer;
        }
        answer.body().close();
        throw new SnapshotException(refusal(answer, title));
    }

    /** Told to come back later: by the vault, whose fills are taken, or by upstream, whose limit is reached. */
    private static boolean isBusy(Answer answer) {
        return (answer.status() == 503 || answer.status() == 429)
                && answer.fields().has("Retry-After");
    }

    private static Duration pause(Answer answer) {
        String seconds = answer.fields().first("Retry-After").orElse("");
        Duration asked = Duration.ofSeconds(seconds.matches("\\d{1,6}") ? Long.parseLong(seconds) : 1);
        return asked.compareTo(LONGEST_WAIT) < 0 ? asked : LONGEST_WAIT;
    }

    private Answer answer(Target target) throws SnapshotException, InterruptedException {
        try {
            return vault.answer(request(target), resource(target)).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the vault answers with errors, not with exceptions", e);
        }
    }

    private static String refusal(Answer answer, String title) {
        String reason = answer.fields().first("X-Error-Message").orElse("no reason was given");
        return "Could not get " + title + " (" + answer.status() + "): " + reason;
    }

    private Request request(Target target) {
        Fields.Builder fields = Fields.builder().add("Accept", "*/*").add("User-Agent", "artifact-vault-warm");
        credential.ifPresent(own -> fields.add("Authorization", own.reveal()));
        return new Request("GET", target, fields.build(), BASE, Optional.empty());
    }

    private Resource resource(Target target) throws SnapshotException {
        if (backend.resolve(request(target)) instanceof Resolution.Found(Resource resource)) {
            return resource;
        }
        throw new SnapshotException("Backend " + backend.name() + " does not serve " + target.path() + ".");
    }

    private static Optional<Target> next(Fields fields) throws SnapshotException {
        Matcher link = NEXT.matcher(fields.joined("Link").orElse(""));
        try {
            return link.find() ? Optional.of(Target.parse(link.group(1))) : Optional.empty();
        } catch (BadTargetException e) {
            throw new SnapshotException("Upstream's list of files goes on at an address that is none.");
        }
    }

    private static SnapshotException unreadable(SnapshotName name, IOException e) {
        return new SnapshotException("Could not read what is known of " + name + ": " + e.getMessage() + ".");
    }

    /** Pages as they are turned. */
    private final class Pages {
        private final SnapshotName at;
        private final List<SnapshotFile> files = new ArrayList<>();
        private final List<Resource> pages = new ArrayList<>();

        Pages(SnapshotName at) {
            this.at = at;
        }

        void add(Target page, byte[] told) throws SnapshotException {
            if (pages.size() >= MOST_PAGES) {
                throw new SnapshotException("The list of files of " + at + " does not end.");
            }
            try {
                files.addAll(snapshots.files(told));
                pages.add(resource(page));
            } catch (IOException e) {
                throw unreadable(at, e);
            }
        }

        Listing listing() {
            return new Listing(at, List.copyOf(files), List.copyOf(pages));
        }
    }
}
