package io.artifactvault.snapshot;

import io.artifactvault.backend.ListedFiles;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.backend.SnapshotName;
import io.artifactvault.backend.Snapshots;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.Scan;
import io.artifactvault.http.Target;
import io.artifactvault.store.index.Pins;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.LongConsumer;

/** The files of an operator's list. A page that cannot be obtained is a problem of its files only. */
final class ListSubject implements Subject {
    private static final String BASE = "http://vault";
    private static final int MOST_DIGITS = 18;
    private static final int MOST_PAGES = 50_000;

    private final JobRequest request;
    private final ListedFiles files;
    private final VaultRequests requests;
    private final Stored stored;
    private final StoredResolution resolutions;
    private final Pins pins;

    /** The further addresses of a file's content. */
    private final Map<String, Set<String>> addresses = new ConcurrentHashMap<>();

    ListSubject(JobRequest request, ListedFiles files, VaultRequests requests, Stored stored, Pins pins) {
        this.request = request;
        this.files = files;
        this.requests = requests;
        this.stored = stored;
        this.resolutions = new StoredResolution(stored);
        this.pins = pins;
    }

    @Override
    public FileListing listing() throws SnapshotException, InterruptedException {
        return listing(true);
    }

    /** @param complete whether a page that upstream may lack is a problem if upstream does not say */
    private FileListing listing(boolean complete) throws SnapshotException, InterruptedException {
        Listing listing = new Listing(complete);
        List<ListedFiles.Page> open = listing.unread(files.pages());
        while (!open.isEmpty()) {
            open = listing.unread(listing.read(open));
        }
        listing.measure();
        return listing.result();
    }

    private ListedFiles.Found find(ListedFiles.Page page) throws SnapshotException, IOException, InterruptedException {
        Request message = message("GET", page.target(), page.fields());
        if (page.missing().isEmpty()) {
            return read(page, requests.ask(message, page.title()));
        }
        Optional<Answer> answer = requests.find(message, page.title());
        return answer.isPresent() ? read(page, answer.get()) : page.missing().get();
    }

    private static ListedFiles.Found read(ListedFiles.Page page, Answer answer)
            throws SnapshotException, IOException, InterruptedException {
        byte[] body = VaultRequests.body(answer, page.title());
        return page.reader().read(new Snapshots.Response(answer.fields(), body));
    }

    /** The stored responses to the page's request. */
    private List<Resource> resources(ListedFiles.Page page) throws IOException {
        Request message = message("HEAD", page.target(), page.fields());
        List<Resource> all = new ArrayList<>();
        resolutions.resource(requests.resolve(message), message, all).ifPresent(all::add);
        return all;
    }

    private Request message(String method, Target target, Fields fields) {
        Fields.Builder all = fields.toBuilder().add("User-Agent", "artifact-vault-warm");
        request.credential().ifPresent(own -> all.add("Authorization", own.reveal()));
        return new Request(method, target, all.build(), BASE, Optional.empty());
    }

    private Request message(String method, SnapshotFile file) {
        return message(method, files.file(file.path()), Fields.of("Accept", "*/*"));
    }

    /** The list as it is put together. Confined to the job's thread, except for the lengths. */
    private final class Listing {
        private final boolean complete;
        private final Map<String, SnapshotFile> byPath = new LinkedHashMap<>();
        private final Map<Digest, String> byContent = new HashMap<>();
        private final Set<List<Object>> begun = new HashSet<>();
        private final List<Resource> pages = new ArrayList<>();
        private final List<String> notes = new ArrayList<>(files.notes());
        private final ConcurrentLinkedQueue<String> unknown = new ConcurrentLinkedQueue<>();
        private final ConcurrentLinkedQueue<ListedFiles.Problem> problems = new ConcurrentLinkedQueue<>();

        Listing(boolean complete) {
            this.complete = complete;
        }

        /** Those of the pages that were not read before. */
        List<ListedFiles.Page> unread(List<ListedFiles.Page> more) throws SnapshotException {
            List<ListedFiles.Page> unread = more.stream()
                    .filter(page -> begun.add(List.of(page.title(), page.target())))
                    .toList();
            if (begun.size() > MOST_PAGES) {
                throw new SnapshotException("The list leads to more than " + MOST_PAGES + " pages; split it.");
            }
            return unread;
        }

        /** Reads pages, and returns those to which they lead. */
        List<ListedFiles.Page> read(List<ListedFiles.Page> open) throws InterruptedException {
            Map<ListedFiles.Page, ListedFiles.Found> found = new ConcurrentHashMap<>();
            Map<ListedFiles.Page, List<Resource>> passed = new ConcurrentHashMap<>();
            Parallel.forEach(
                    open,
                    request.parallel(),
                    page -> {
                        found.put(page, find(page));
                        passed.put(page, resources(page));
                    },
                    this::failed);
            List<ListedFiles.Page> next = new ArrayList<>();
            for (ListedFiles.Page page : open) {
                Optional.ofNullable(found.get(page)).ifPresent(one -> {
                    add(one);
                    next.addAll(one.pages());
                });
                pages.addAll(passed.getOrDefault(page, List.of()));
            }
            return next;
        }

        private void failed(ListedFiles.Page page, String reason) {
            if (complete || page.missing().isEmpty()) {
                problems.add(new ListedFiles.Problem(page.title(), reason));
            } else {
                unknown.add(page.title() + " (" + reason + ")");
            }
        }

        private void add(ListedFiles.Found found) {
            found.files().forEach(this::add);
            problems.addAll(found.problems());
            notes.addAll(found.notes());
        }

        /** Content that the list has at several addresses is one file. */
        private void add(SnapshotFile file) {
            Optional<String> first = files.isPermittedByAddress()
                    ? file.digest().map(digest -> byContent.computeIfAbsent(digest, _ -> file.path()))
                    : Optional.empty();
            if (first.isEmpty() || first.get().equals(file.path())) {
                byPath.put(file.path(), file);
            } else {
                addresses
                        .computeIfAbsent(first.get(), _ -> new ConcurrentSkipListSet<>())
                        .add(file.path());
            }
        }

        /** Asks for the lengths that no page gives. */
        void measure() throws InterruptedException {
            List<SnapshotFile> open =
                    byPath.values().stream().filter(file -> !file.isMeasured()).toList();
            Map<String, SnapshotFile> measured = new ConcurrentHashMap<>();
            Parallel.forEach(
                    open,
                    request.parallel(),
                    file -> measured.put(file.path(), file.measured(length(file))),
                    (file, reason) -> problems.add(new ListedFiles.Problem(title(file), reason)));
            for (SnapshotFile file : open) {
                byPath.computeIfPresent(file.path(), (path, _) -> measured.get(path));
            }
        }

        FileListing result() {
            if (!unknown.isEmpty()) {
                notes.add(unknown.size() + " pages that may lead to more files could not be requested, such as "
                        + unknown.element() + "; only stored ones count.");
            }
            return new FileListing(
                    request.snapshot(), List.copyOf(byPath.values()), pages, List.copyOf(problems), notes);
        }
    }

    /** From the store, else from upstream; unknown if upstream does not say. */
    private long length(SnapshotFile file) throws SnapshotException, IOException, InterruptedException {
        Optional<Digest> content = content(request.snapshot(), file);
        Optional<Long> here = content.flatMap(stored::length);
        if (here.isPresent()) {
            return here.get();
        }
        Answer answer = requests.ask(message("HEAD", file), title(file));
        answer.body().close();
        return answer.fields()
                .first("Content-Length")
                .filter(text -> Scan.isNumber(text, MOST_DIGITS))
                .map(Long::parseLong)
                .orElse(SnapshotFile.UNKNOWN);
    }

    /** As a client finds them now: the vault answers from the store while the pages are fresh, or upstream is down. */
    @Override
    public FileListing knownListing() throws SnapshotException, InterruptedException {
        return listing(false);
    }

    @Override
    public Selection selection(SnapshotName at) {
        return Selection.ALL;
    }

    @Override
    public void order(FileListing listing, Instant asked) {}

    @Override
    public String title(SnapshotFile file) {
        return files.title(file.path());
    }

    @Override
    public Optional<Digest> content(SnapshotName at, SnapshotFile file) throws IOException {
        Request message = message("HEAD", file);
        return resolutions
                .resource(requests.resolve(message), message, new ArrayList<>())
                .flatMap(stored::servable);
    }

    @Override
    public void fetch(SnapshotName at, SnapshotFile file, LongConsumer moved)
            throws SnapshotException, IOException, InterruptedException {
        Answer answer = requests.ask(message("GET", file), title(file));
        BodyDrain.follow(answer.body(), moved);
    }

    /** Upstream's permission is obtained at each address. */
    @Override
    public void stored(SnapshotFile file) throws SnapshotException, InterruptedException {
        if (files.isPermittedByAddress()) {
            permit(file.path());
            for (String other : addresses.getOrDefault(file.path(), Set.of())) {
                permit(other);
            }
        }
    }

    private void permit(String path) throws SnapshotException, InterruptedException {
        Request message = message("HEAD", files.file(path), Fields.of("Accept", "*/*"));
        requests.ask(message, files.title(path)).body().close();
    }

    @Override
    public Set<Digest> answers(FileListing listing) {
        return stored.contents(listing.pages());
    }

    /** A pin under this name holds one version of the list. */
    @Override
    public void pinned(SnapshotName at) {
        String label = PinLabel.repository(request.backend(), at);
        for (Pins.Pin pin : pins.all()) {
            if (pin.repository().equals(label) && !pin.revision().equals(at.revision())) {
                pins.unpin(pin.repository(), pin.revision());
            }
        }
    }
}
