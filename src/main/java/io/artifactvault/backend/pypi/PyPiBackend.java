package io.artifactvault.backend.pypi;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.ErrorFormat;
import io.artifactvault.backend.FileLists;
import io.artifactvault.backend.Obtained;
import io.artifactvault.backend.Resolution;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.pypi.dist.FileName;
import io.artifactvault.backend.pypi.dist.ProjectName;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Routes: {@code simple/} is the list of projects, {@code simple/<project>/} a page, {@code integrity/…} a provenance,
 * everything else a file. Pages are resolved by the stored page of the project, files by the page that lists them.
 */
final class PyPiBackend implements Backend {
    private static final String SIMPLE = "simple";
    private static final String UNAVAILABLE = "unavailable";
    private static final String METADATA = ".metadata";
    private static final String SIGNATURE = ".asc";
    private static final int MOST_EXTRACTIONS = 32;

    /** Clients show the reason or the text. */
    private static final ErrorFormat ERRORS = (status, sentence, fields) -> new ErrorFormat.Text(
            fields.with("Content-Type", "text/plain; charset=utf-8"),
            (sentence + "\n").getBytes(StandardCharsets.UTF_8));

    private final PyPiSettings settings;
    private final InstantSource clock;
    private final FileTables tables;

    PyPiBackend(PyPiSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.tables = new FileTables(settings.maxKnownFiles());
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public String prefix() {
        return settings.prefix();
    }

    @Override
    public List<String> hosts() {
        return settings.hosts();
    }

    @Override
    public boolean accepts(String method) {
        return method.equals("GET") || method.equals("HEAD");
    }

    @Override
    public ErrorFormat errors() {
        return ERRORS;
    }

    @Override
    public Optional<FileLists> fileLists() {
        return Optional.of(new LockLists(settings));
    }

    @Override
    public Resolution resolve(Request request) {
        String path = request.target().path().substring(prefix().length());
        List<String> segments = List.of(path.split("/", -1));
        if (segments.getFirst().equals(SIMPLE) && segments.size() <= 3) {
            return simple(request, segments);
        }
        if (segments.getFirst().equals(UNAVAILABLE) && segments.size() == 3) {
            return unavailable(request, segments);
        }
        return file(request, path);
    }

    private Resolution simple(Request request, List<String> segments) {
        if (segments.size() == 1 || (segments.size() == 2 && segments.get(1).isEmpty())) {
            return new Resolution.Found(new ProjectList(settings, request));
        }
        Optional<ProjectName> project = decoded(segments.get(1)).flatMap(ProjectName::parse);
        if (project.isEmpty()) {
            return error(404, "No project can have this name.");
        }
        if (segments.size() == 3 && !segments.get(2).isEmpty()) {
            return file(request, String.join("/", segments));
        }
        if (segments.size() == 2 || !project.get().text().equals(segments.get(1))) {
            return redirect(segments.size() == 2 ? project.get() + "/" : "../" + project.get() + "/");
        }
        Optional<Form> form = Form.negotiated(request.fields(), request.target().queryParameter("format"));
        if (form.isEmpty()) {
            return error(
                    406,
                    "The index page of " + project.get() + " is served as application/vnd.pypi.simple.v1+json,"
                            + " application/vnd.pypi.simple.v1+html or text/html; accept one of them.");
        }
        return withPages(request, project.get(), true, pages -> pages.view(form.get()));
    }

    /** Relative, so that it holds under any host name and behind any proxy. */
    private static Resolution redirect(String location) {
        return new Resolution.Local(
                301, Fields.of("Location", location, "Cache-Control", "max-age=86400"), new byte[0]);
    }

    private Resolution unavailable(Request request, List<String> segments) {
        Optional<ProjectName> project = decoded(segments.get(1)).flatMap(ProjectName::parse);
        Optional<String> name = decoded(segments.get(2));
        if (project.isEmpty() || name.isEmpty()) {
            return error(404, "There is no such file.");
        }
        return withPages(
                request,
                project.get(),
                false,
                pages -> pages.named(name.get())
                        .map(
                                row -> !row.isAvailable(pages.now)
                                        ? error(403, settings.gate().refusal(row.file(), row.availableFrom()))
                                        : error(
                                                404,
                                                "The index lists " + row.file().name() + " at " + place(row.file())
                                                        + ", from where this vault may not fetch files; its operator can add the host to files_hosts."))
                        .orElseGet(() -> error(404, "The index does not list " + name.get() + ".")));
    }

    private static String place(IndexFile file) {
        return Urls.resolve(URI.create("http://invalid/"), file.url())
                .map(url -> URI.create(url).getAuthority())
                .filter(host -> !host.equals("invalid"))
                .orElse("an address that is no web address");
    }

    /** The file belongs to the project that its name states; its page says what it is. */
    private Resolution file(Request request, String path) {
        Optional<String> name =
                decoded(path.substring(path.lastIndexOf('/') + 1)).filter(FileName::isLegal);
        if (name.isEmpty()) {
            return error(404, "There is no such file.");
        }
        String query = request.target().query().map(text -> "?" + text).orElse("");
        String listed = Urls.withPlus(path) + query;
        Optional<String> proven = FilePaths.provenanceOf(path);
        if (proven.isPresent() && query.isEmpty()) {
            return file(request, proven.get(), page -> page.provenance(proven.get(), listed));
        }
        Function<ProjectPage, Optional<Resolution>> exact = page -> page.file(listed, page::whole);
        if (name.get().endsWith(METADATA) && query.isEmpty()) {
            return file(
                    request,
                    without(METADATA, name.get()),
                    page -> page.file(without(METADATA, listed), page::metadata).or(() -> exact.apply(page)));
        }
        if (name.get().endsWith(SIGNATURE) && query.isEmpty()) {
            return file(
                    request,
                    without(SIGNATURE, name.get()),
                    page -> page.signature(without(SIGNATURE, listed)).or(() -> exact.apply(page)));
        }
        return file(request, name.get(), exact);
    }

    private static String without(String ending, String text) {
        return text.substring(0, text.length() - ending.length());
    }

    private Resolution file(Request request, String fileName, Function<ProjectPage, Optional<Resolution>> found) {
        List<ProjectName> projects = FileName.parse(fileName).projects();
        return file(request, fileName, projects, projects, found);
    }

    /**
     * The name may be read in several ways; the first project whose page lists the file is the one. If one of them is
     * an internal name, no part of the name leaves.
     */
    private Resolution file(
            Request request,
            String fileName,
            List<ProjectName> projects,
            List<ProjectName> left,
            Function<ProjectPage, Optional<Resolution>> found) {
        if (left.isEmpty()) {
            return error(404, "No index lists a file at this address.");
        }
        ProjectName project = left.getFirst();
        List<ProjectName> others = left.subList(1, left.size());
        if (!others.isEmpty() && isExcluded(project)) {
            return file(request, fileName, projects, others, found);
        }
        return withPages(
                request,
                project,
                indexes(projects),
                false,
                pages ->
                        pages.first(fileName, found).orElseGet(() -> file(request, fileName, projects, others, found)));
    }

    /** Continues with the page of one index. */
    private interface Then extends Function<ProjectPage, Resolution> {}

    /** Continues with the pages of all indexes that count for the project. */
    private interface ThenAll extends Function<Pages, Resolution> {}

    /** Continues by the head of a response; empty if the client is to receive that error. */
    private interface ByHead {
        Optional<Resolution> then(int status, Fields fields);
    }

    private Resolution withPages(Request request, ProjectName project, boolean demanding, ThenAll then) {
        return withPages(request, project, indexes(List.of(project)), demanding, then);
    }

    private boolean isExcluded(ProjectName project) {
        return settings.deny().match(project)
                || (!settings.allow().isEmpty() && !settings.allow().match(project));
    }

    /** The indexes that may be asked for all of these projects. */
    private List<PyPiSettings.Index> indexes(List<ProjectName> projects) {
        List<PyPiSettings.Index> indexes = new ArrayList<>(List.of(settings.index()));
        if (projects.stream().noneMatch(settings.internalNames()::match)) {
            indexes.addAll(settings.extraIndexes());
        }
        return List.copyOf(indexes);
    }

    private Resolution withPages(
            Request request, ProjectName project, List<PyPiSettings.Index> indexes, boolean demanding, ThenAll then) {
        if (isExcluded(project)) {
            return error(403, project + " is not served by this vault: its configuration (allow, deny) excludes it.");
        }
        return withPages(request, project, indexes, List.of(), demanding, then);
    }

    /**
     * The first index that has the project is the only one, unless the settings mix them. An index that fails ends the
     * search: it did not say that it does not have the project.
     */
    private Resolution withPages(
            Request request,
            ProjectName project,
            List<PyPiSettings.Index> indexes,
            List<ProjectPage> before,
            boolean demanding,
            ThenAll then) {
        PageResource page = new PageResource(settings, indexes.getFirst(), request, project);
        return new Resolution.After(page, demanding, new Resolution.Step() {
            @Override
            public Optional<Resolution> byHead(int status, Fields fields) {
                if (status == 404) {
                    return indexes.size() > 1 || !before.isEmpty() ? Optional.of(further(before)) : Optional.empty();
                }
                return status == 200
                        ? tables.find(tableKey(page, fields))
                                .filter(table ->
                                        !demanding || !table.extractions().isDue(clock.instant()))
                                .map(table -> found(pageOf(table, fields)))
                        : Optional.empty();
            }

            @Override
            public Resolution byContent(Obtained response, Resolution.Stored stored) throws IOException {
                Optional<FileTable> known = tables.find(tableKey(page, response.fields()));
                FileTable table = known.isPresent() ? known.get() : read(response);
                ProjectPage found = pageOf(table, response.fields());
                if (known.isEmpty()) {
                    found.recall(stored);
                    tables.keep(tableKey(page, response.fields()), table);
                }
                return demanding ? found.extracting(stored, this::found) : found(found);
            }

            private FileTable read(Obtained response) throws IOException {
                return FileTable.read(response.content(), project, settings.paths(page.index), settings.gate());
            }

            private ProjectPage pageOf(FileTable table, Fields fields) {
                return new ProjectPage(page, project, digest(fields), table, clock.instant());
            }

            private Resolution found(ProjectPage one) {
                List<ProjectPage> all = new ArrayList<>(before);
                all.add(one);
                return settings.mix() ? further(all) : then.apply(new Pages(project, all, clock.instant()));
            }

            private Resolution further(List<ProjectPage> soFar) {
                return indexes.size() > 1
                        ? withPages(request, project, indexes.subList(1, indexes.size()), soFar, demanding, then)
                        : then.apply(new Pages(project, soFar, clock.instant()));
            }
        });
    }

    private static String tableKey(PageResource page, Fields fields) {
        return digest(fields) + page.key();
    }

    private static String digest(Fields fields) {
        return fields.first(PageEdit.PAGE_DIGEST).orElse("");
    }

    /** The pages of one project that count, in the order of their indexes; at least one. */
    private final class Pages {
        private final ProjectName project;
        private final List<ProjectPage> pages;
        private final Instant now;

        Pages(ProjectName project, List<ProjectPage> pages, Instant now) {
            this.project = project;
            this.pages = List.copyOf(pages);
            this.now = now;
        }

        Optional<FileTable.Row> named(String fileName) {
            return pages.stream()
                    .flatMap(page -> page.table().named(fileName).stream())
                    .findFirst();
        }

        /** Of two files with one name, the first counts. */
        Optional<Resolution> first(String fileName, Function<ProjectPage, Optional<Resolution>> found) {
            for (ProjectPage page : pages) {
                Optional<Resolution> here = found.apply(page);
                if (here.isPresent() || page.table().named(fileName).isPresent()) {
                    return here;
                }
            }
            return Optional.empty();
        }

        Resolution view(Form form) {
            int ripe = pages.stream().mapToInt(page -> page.table().ripe(now)).sum();
            Optional<Instant> next = pages.stream()
                    .flatMap(page -> page.table().nextRipe(now).stream())
                    .min(Comparator.naturalOrder());
            PageView.Listing listing =
                    new PageView.Listing(settings.paths(pages.getFirst().page.index), settings.gate(), extracted());
            List<PageView.Source> sources = pages.stream()
                    .map(page -> new PageView.Source(page.page, page.digest))
                    .toList();
            int withheld =
                    pages.stream().mapToInt(page -> page.table().withheld(now)).sum();
            PageView.Moment moment = new PageView.Moment(now, ripe, withheld, next);
            return new Resolution.Found(new PageView(sources, project, form, moment, listing));
        }

        /** Of wheels that an earlier page does not name. */
        private Extracted extracted() {
            Extracted all = Extracted.NOTHING;
            for (int i = 0; i < pages.size(); i++) {
                List<ProjectPage> before = pages.subList(0, i);
                Map<String, Digest> more = new HashMap<>(
                        pages.get(i).table().extractions().extracted().digests());
                more.keySet()
                        .removeIf(name -> before.stream()
                                .anyMatch(page -> page.table().named(name).isPresent()));
                all = all.with(more);
            }
            return all;
        }
    }

    /** A project's page at one index as this caller may have it, at this moment. */
    private final class ProjectPage {
        private final PageResource page;
        private final ProjectName project;
        private final String digest;
        private final FileTable table;
        private final Instant now;

        ProjectPage(PageResource page, ProjectName project, String digest, FileTable table, Instant now) {
            this.page = page;
            this.project = project;
            this.digest = digest;
            this.table = table;
            this.now = now;
        }

        FileTable table() {
            return table;
        }

        /** Empty if the page lists no such file. */
        Optional<Resolution> file(String path, Function<FileTable.Row, Resolution> served) {
            return table.at(path).map(row -> row.isAvailable(now) ? verifiable(row, served) : withheld(row));
        }

        private static Resolution verifiable(FileTable.Row row, Function<FileTable.Row, Resolution> served) {
            return row.file().hasInvalidDigest()
                    ? error(
                            502,
                            "The index lists " + row.file().name()
                                    + " with a sha256 that is not 64 hexadecimal digits, so this vault cannot verify the"
                                    + " file and does not fetch it.")
                    : served.apply(row);
        }

        private Resolution withheld(FileTable.Row row) {
            return error(403, settings.gate().refusal(row.file(), row.availableFrom()));
        }

        Resolution whole(FileTable.Row row) {
            Resolution found = new Resolution.Found(resource(row.file()));
            if (!isExtractable(row) || !page.request.method().equals("GET")) {
                return found;
            }
            table.extractions().request(row.file().name());
            return marking(found);
        }

        private FileResource resource(IndexFile file) {
            return resource(file.name(), file.url(), file.sha256(), file.size(), "application/octet-stream");
        }

        /** The index's, or else the wheel's own: clients do not install without it once it is announced. */
        Resolution metadata(FileTable.Row row) {
            IndexFile file = row.file();
            if (file.coreMetadata().isEmpty()) {
                return wheel(file)
                        .map(wheel -> marking(extracted(metadata(wheel), file.name())))
                        .orElseGet(() -> error(404, "The index has no metadata for " + file.name() + "."));
            }
            FileResource announced = resource(
                    file.name() + METADATA,
                    file.url() + METADATA,
                    file.coreMetadataDigest(),
                    OptionalLong.empty(),
                    "text/plain; charset=utf-8");
            return wheel(file)
                    .<Resolution>map(wheel -> first(announced, (status, _) -> switch (status) {
                        case 200 -> Optional.of(new Resolution.Found(announced));
                        case 404 ->
                            Optional.of(new Resolution.Found(new WheelMetadata(
                                    settings, page.index, page.request, wheel, file.coreMetadataDigest())));
                        default -> Optional.empty();
                    }))
                    .orElseGet(() -> new Resolution.Found(announced));
        }

        /** Announces the metadata to the clients of the page once it is stored. */
        private Resolution extracted(WheelMetadata metadata, String name) {
            return first(metadata, (status, fields) -> {
                note(name, status, fields);
                return status == 200 ? Optional.of(new Resolution.Found(metadata)) : Optional.empty();
            });
        }

        private void note(String name, int status, Fields fields) {
            if (status == 200) {
                WheelMetadata.digest(fields)
                        .ifPresent(sha256 -> table.extractions().announce(Map.of(name, sha256)));
            }
        }

        /** The wheel of that name, if its content is identified. */
        private Optional<WheelMetadata.Wheel> wheel(IndexFile file) {
            FileName name = FileName.parse(file.name());
            return file.sha256()
                    .filter(_ -> name.isWheel())
                    .flatMap(sha256 -> name.version(project)
                            .map(version -> new WheelMetadata.Wheel(resource(file), file, project, version, sha256)));
        }

        /** Whether the vault can announce metadata for the file that the index does not announce. */
        private boolean isExtractable(FileTable.Row row) {
            return row.file().coreMetadata().isEmpty() && wheel(row.file()).isPresent();
        }

        /** Leaves the mark that makes {@link #recall} search the store. */
        private Resolution marking(Resolution then) {
            if (table.extractions().isMarked()) {
                return then;
            }
            return first(new ExtractionMark(settings, page.index, page.request, project), (_, _) -> {
                table.extractions().mark();
                return Optional.of(then);
            });
        }

        /** Learns from the store which metadata was extracted before, and which could be. Blocks. */
        void recall(Resolution.Stored stored) {
            if (stored.sha256(new ExtractionMark(settings, page.index, page.request, project))
                    .isEmpty()) {
                return;
            }
            table.extractions().mark();
            Map<String, Digest> known = new HashMap<>();
            for (FileTable.Row row : table.rows()) {
                if (isExtractable(row)) {
                    WheelMetadata.Wheel wheel = wheel(row.file()).orElseThrow();
                    stored.sha256(metadata(wheel))
                            .ifPresentOrElse(
                                    sha256 -> known.put(row.file().name(), sha256),
                                    () -> stored.sha256(wheel.file())
                                            .ifPresent(_ -> table.extractions()
                                                    .request(row.file().name())));
                }
            }
            table.extractions().announce(known);
        }

        /** First extracts metadata from requested wheels that are stored by now. Blocks. */
        Resolution extracting(Resolution.Stored stored, Then then) {
            List<WheelMetadata.Wheel> wheels = table.extractions().due(now).stream()
                    .flatMap(name -> table.named(name).stream())
                    .flatMap(row -> wheel(row.file()).stream())
                    .filter(wheel -> stored.sha256(wheel.file()).isPresent())
                    .limit(MOST_EXTRACTIONS)
                    .toList();
            return extracting(wheels, then);
        }

        private Resolution extracting(List<WheelMetadata.Wheel> wheels, Then then) {
            if (wheels.isEmpty()) {
                return then.apply(this);
            }
            WheelMetadata.Wheel wheel = wheels.getFirst();
            return first(metadata(wheel), (status, fields) -> {
                note(wheel.row().name(), status, fields);
                if (status == 502) {
                    table.extractions().giveUp(wheel.row().name());
                }
                return Optional.of(extracting(wheels.subList(1, wheels.size()), then));
            });
        }

        private WheelMetadata metadata(WheelMetadata.Wheel wheel) {
            return new WheelMetadata(settings, page.index, page.request, wheel, Optional.empty());
        }

        /** Empty if the page lists no such file, or one without a signature. */
        Optional<Resolution> signature(String path) {
            return table.at(path)
                    .filter(row -> row.file().hasSignature())
                    .flatMap(_ -> file(
                            path,
                            row -> new Resolution.Found(resource(
                                    row.file().name() + SIGNATURE,
                                    row.file().url() + SIGNATURE,
                                    Optional.empty(),
                                    OptionalLong.empty(),
                                    "application/pgp-signature"))));
        }

        Optional<Resolution> provenance(String fileName, String path) {
            return table.named(fileName)
                    .filter(row -> settings.paths(page.index)
                            .provenance(page.index.page(project), row.file())
                            .filter(path::equals)
                            .isPresent())
                    .map(row -> row.isAvailable(now)
                            ? new Resolution.Found(resource(
                                    "the provenance of " + fileName,
                                    row.file().provenance().orElseThrow(),
                                    Optional.empty(),
                                    OptionalLong.empty(),
                                    "application/vnd.pypi.integrity.v1+json"))
                            : withheld(row));
        }

        private FileResource resource(
                String name, String url, Optional<Digest> sha256, OptionalLong size, String contentType) {
            URI address = URI.create(Urls.resolve(page.index.page(project), url).orElseThrow());
            return new FileResource(settings, page.index, page.request, name, address, sha256, size, contentType);
        }
    }

    /** Obtains a resource first. */
    private static Resolution first(Resource resource, ByHead byHead) {
        return new Resolution.After(resource, false, new Resolution.Step() {
            @Override
            public Optional<Resolution> byHead(int status, Fields fields) {
                return byHead.then(status, fields);
            }

            @Override
            public Resolution byContent(Obtained response, Resolution.Stored stored) {
                throw new IllegalStateException("the head is sufficient");
            }
        });
    }

    private static Optional<String> decoded(String segment) {
        try {
            return Optional.of(Target.decode(segment));
        } catch (BadTargetException e) {
            return Optional.empty();
        }
    }

    private static Resolution error(int status, String sentence) {
        ErrorFormat.Text text = ERRORS.write(status, sentence, Fields.of("Cache-Control", "no-store"));
        return new Resolution.Local(status, text.fields(), text.body(), sentence);
    }
}
