package io.artifactvault.backend.pypi;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.ErrorFormat;
import io.artifactvault.backend.Obtained;
import io.artifactvault.backend.Resolution;
import io.artifactvault.backend.Resource;
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
        return withPage(request, project.get(), true, page -> page.view(form.get()));
    }

    /** Relative, so that it holds under any host name and behind any proxy. */
    private static Resolution redirect(String location) {
        return new Resolution.Local(301, Fields.of("Location", location, "Cache-Control", "max-age=86400"), new byte[0]);
    }

    private Resolution unavailable(Request request, List<String> segments) {
        Optional<ProjectName> project = decoded(segments.get(1)).flatMap(ProjectName::parse);
        Optional<String> name = decoded(segments.get(2));
        if (project.isEmpty() || name.isEmpty()) {
            return error(404, "There is no such file.");
        }
        return withPage(request, project.get(), false, page -> page.table().named(name.get())
                .map(row -> error(404, "The index lists " + row.file().name() + " at " + place(row.file())
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
        Optional<String> name = decoded(path.substring(path.lastIndexOf('/') + 1)).filter(FileName::isLegal);
        if (name.isEmpty() || request.target().query().isPresent() && path.isEmpty()) {
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
            return file(request, without(METADATA, name.get()), page -> page.file(
                            without(METADATA, listed), page::metadata)
                    .or(() -> exact.apply(page)));
        }
        if (name.get().endsWith(SIGNATURE) && query.isEmpty()) {
            return file(request, without(SIGNATURE, name.get()), page -> page.signature(without(SIGNATURE, listed))
                    .or(() -> exact.apply(page)));
        }
        return file(request, name.get(), exact);
    }

    private static String without(String ending, String text) {
        return text.substring(0, text.length() - ending.length());
    }

    private Resolution file(
            Request request, String fileName, Function<ProjectPage, Optional<Resolution>> found) {
        return file(request, FileName.parse(fileName).projects(), found);
    }

    /** The name may be read in several ways; the first project whose page lists the file is the one. */
    private Resolution file(
            Request request,
            List<ProjectName> projects,
            Function<ProjectPage, Optional<Resolution>> found) {
        if (projects.isEmpty()) {
            return error(404, "No index lists a file at this address.");
        }
        return withPage(request, projects.getFirst(), false, page -> found.apply(page)
                .orElseGet(() -> file(request, projects.subList(1, projects.size()), found)));
    }

    private interface Then extends Function<ProjectPage, Resolution> {}

    /** Continues by the head of a response; empty if the client is to receive that error. */
    private interface ByHead {
        Optional<Resolution> then(int status, Fields fields);
    }

    private Resolution withPage(Request request, ProjectName project, boolean demanding, Then then) {
        if (settings.deny().match(project) || (!settings.allow().isEmpty() && !settings.allow().match(project))) {
            return error(403, project + " is not served by this vault: its configuration (allow, deny) excludes it.");
        }
        List<PyPiSettings.Index> indexes = new ArrayList<>(List.of(settings.index()));
        if (!settings.internalNames().match(project)) {
            indexes.addAll(settings.extraIndexes());
        }
        return withPage(request, project, indexes, demanding, then);
    }

    /** A project is never mixed from several indexes: the first that has it is the only one. */
    private Resolution withPage(
            Request request, ProjectName project, List<PyPiSettings.Index> indexes, boolean demanding, Then then) {
        PageResource page = new PageResource(settings, indexes.getFirst(), request, project);
        return new Resolution.After(page, demanding, new Resolution.Step() {
            @Override
            public Optional<Resolution> byHead(int status, Fields fields) {
                if (status == 404 && indexes.size() > 1) {
                    return Optional.of(
                            withPage(request, project, indexes.subList(1, indexes.size()), demanding, then));
                }
                return status == 200
                        ? tables.find(tableKey(page, fields))
                                .filter(table -> !demanding || !table.extractions().isDue(clock.instant()))
                                .map(table -> then.apply(pageOf(table, fields)))
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
                return demanding ? found.extracting(stored, then) : then.apply(found);
            }

            private FileTable read(Obtained response) throws IOException {
                return FileTable.read(response.content(), project, settings.paths(page.index), settings.gate());
            }

            private ProjectPage pageOf(FileTable table, Fields fields) {
                return new ProjectPage(page, project, digest(fields), table, clock.instant());
            }
        });
    }

    private static String tableKey(PageResource page, Fields fields) {
        return digest(fields) + page.key();
    }

    private static String digest(Fields fields) {
        return fields.first(PageEdit.PAGE_DIGEST).orElse("");
    }

    /** A project's page as this caller may have it, at this moment. */
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

        Resolution view(Form form) {
            PageView.Moment moment = new PageView.Moment(now, table.ripe(now), table.nextRipe(now));
            PageView.Listing listing = new PageView.Listing(
                    settings.paths(page.index), settings.gate(), table.extractions().extracted());
            return new Resolution.Found(new PageView(page, project, digest, form, moment, listing));
        }

        /** Empty if the page lists no such file. */
        Optional<Resolution> file(String path, Function<FileTable.Row, Resolution> served) {
            return table.at(path).map(row -> row.isAvailable(now) ? served.apply(row) : withheld(row));
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
                    stored.sha256(metadata(wheel)).ifPresentOrElse(
                            sha256 -> known.put(row.file().name(), sha256),
                            () -> stored.sha256(wheel.file())
                                    .ifPresent(_ -> table.extractions().request(row.file().name())));
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
            return table.at(path).filter(row -> row.file().hasSignature()).flatMap(_ -> file(path, row -> new Resolution.Found(
                    resource(
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
                String name,
                String url,
                Optional<Digest> sha256,
                OptionalLong size,
                String contentType) {
            URI address = URI.create(
                    Urls.resolve(page.index.page(project), url).orElseThrow());
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
        return new Resolution.Local(status, text.fields(), text.body());
    }
}
