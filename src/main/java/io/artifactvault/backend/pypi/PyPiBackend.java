package io.artifactvault.backend.pypi;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.ErrorFormat;
import io.artifactvault.backend.Obtained;
import io.artifactvault.backend.Resolution;
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
        String last = path.substring(path.lastIndexOf('/') + 1);
        Optional<String> name = decoded(last).filter(FileName::isLegal);
        if (name.isEmpty() || request.target().query().isPresent() && path.isEmpty()) {
            return error(404, "There is no such file.");
        }
        boolean provenance = path.startsWith("integrity/") && name.get().equals("provenance");
        boolean metadata = name.get().endsWith(METADATA);
        String listed = metadata ? path.substring(0, path.length() - METADATA.length()) : path;
        String fileName = provenance
                ? decoded(parent(path)).orElse("")
                : metadata ? name.get().substring(0, name.get().length() - METADATA.length()) : name.get();
        List<ProjectName> projects = FileName.parse(fileName).projects();
        String query = request.target().query().map(text -> "?" + text).orElse("");
        Function<ProjectPage, Optional<Resolution>> found = provenance
                ? page -> page.provenance(fileName, Urls.withPlus(path))
                : page -> page.file(Urls.withPlus(listed) + query, metadata);
        return file(request, projects, found, fileName);
    }

    private static String parent(String path) {
        String above = path.substring(0, path.lastIndexOf('/'));
        return above.substring(above.lastIndexOf('/') + 1);
    }

    /** The name may be read in several ways; the first project whose page lists the file is the one. */
    private Resolution file(
            Request request,
            List<ProjectName> projects,
            Function<ProjectPage, Optional<Resolution>> found,
            String fileName) {
        if (projects.isEmpty()) {
            return error(404, "No index lists a file at this address.");
        }
        return withPage(request, projects.getFirst(), false, page -> found.apply(page)
                .orElseGet(() -> file(request, projects.subList(1, projects.size()), found, fileName)));
    }

    private interface Then extends Function<ProjectPage, Resolution> {}

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
                        ? tables.find(tableKey(page, fields)).map(table -> then.apply(pageOf(table, fields)))
                        : Optional.empty();
            }

            @Override
            public Resolution byContent(Obtained response) throws IOException {
                FilePaths paths = settings.paths(page.index);
                FileTable table = FileTable.read(response.content(), project, paths, settings.gate());
                tables.keep(tableKey(page, response.fields()), table);
                return then.apply(pageOf(table, response.fields()));
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
            PageView.Moment moment =
                    new PageView.Moment(now, table.ripe(now), table.withheld(now), table.nextRipe(now));
            PageView.Listing listing = new PageView.Listing(settings.paths(page.index), settings.gate(), Map.of());
            return new Resolution.Found(new PageView(page, project, digest, form, moment, listing));
        }

        /** Empty if the page lists no such file. */
        Optional<Resolution> file(String path, boolean metadata) {
            return table.at(path).map(row -> row.isAvailable(now) ? served(row, metadata) : withheld(row));
        }

        private Resolution withheld(FileTable.Row row) {
            return error(403, settings.gate().refusal(row.file(), row.availableFrom()));
        }

        private Resolution served(FileTable.Row row, boolean metadata) {
            IndexFile file = row.file();
            if (file.hasInvalidDigest()) {
                return error(502, "The index lists " + file.name() + " with a sha256 that is not 64 hexadecimal digits,"
                        + " so this vault cannot verify the file and does not fetch it.");
            }
            FileResource whole = resource(
                    file.name(), file.url(), file.sha256(), file.size(), "application/octet-stream");
            if (!metadata) {
                return new Resolution.Found(whole);
            }
            if (file.coreMetadata().isPresent()) {
                return new Resolution.Found(resource(
                        file.name() + METADATA,
                        file.url() + METADATA,
                        file.coreMetadataDigest(),
                        OptionalLong.empty(),
                        "text/plain; charset=utf-8"));
            }
            return file.sha256().isPresent() && FileName.parse(file.name()).isWheel()
                    ? new Resolution.Found(new WheelMetadata(
                            settings, page.index, page.request, whole, file.name(), file.sha256().get()))
                    : error(404, "The index has no metadata for " + file.name() + ".");
        }

        private FileResource resource(
                String name,
                String url,
                Optional<Digest> sha256,
                OptionalLong size,
                String contentType) {
            URI address = URI.create(
                    Urls.resolve(page.index.url(), url).orElseThrow());
            return new FileResource(settings, page.index, page.request, name, address, sha256, size, contentType);
        }

        Optional<Resolution> provenance(String fileName, String path) {
            return table.named(fileName)
                    .filter(row -> provenancePath(row).filter(path::equals).isPresent())
                    .map(row -> row.isAvailable(now)
                            ? new Resolution.Found(resource(
                                    "the provenance of " + fileName,
                                    row.file().provenance().orElseThrow(),
                                    Optional.empty(),
                                    OptionalLong.empty(),
                                    "application/vnd.pypi.integrity.v1+json"))
                            : withheld(row));
        }

        private Optional<String> provenancePath(FileTable.Row row) {
            return row.file()
                    .provenance()
                    .flatMap(url -> Urls.resolve(page.index.page(project), url))
                    .flatMap(settings.paths(page.index)::path);
        }
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
