package io.artifactvault.backend.pypi;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.Backend.Counter;
import io.artifactvault.backend.ErrorFormat;
import io.artifactvault.backend.FileLists;
import io.artifactvault.backend.Resolution;
import io.artifactvault.backend.pypi.dist.FileName;
import io.artifactvault.backend.pypi.dist.ProjectName;
import io.artifactvault.backend.pypi.text.Urls;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Routes: {@code simple/} is the list of projects, {@code simple/<project>/} a page, {@code integrity/…} a provenance,
 * everything else a file. Pages are resolved by the stored page of the project, files by the page that lists them.
 */
final class PyPiBackend implements Backend {
    private static final String SIMPLE = "simple";
    private static final String UNAVAILABLE = "unavailable";

    private final PyPiSettings settings;
    private final FileTables tables;
    private final PageLimit limit;
    private final PageSearch search;

    PyPiBackend(PyPiSettings settings, InstantSource clock) {
        this.settings = settings;
        this.tables = new FileTables(settings.maxKnownFiles());
        this.limit = new PageLimit(settings.maxPageSize());
        this.search = new PageSearch(settings, clock, tables, limit);
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
        return Refusal.FORMAT;
    }

    @Override
    public List<Counter> counters() {
        return List.of(
                new Counter(
                        "vault.pypi.pages.refused",
                        "Index pages that were longer than max_page_size, since startup",
                        limit::exceeded),
                new Counter(
                        "vault.pypi.files.dropped",
                        "Files of pages that were dropped from memory since startup, because of max_known_files",
                        tables::dropped));
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
            return form(request)
                    .<Resolution>map(form -> new Resolution.Found(new ProjectList(settings, request, form, limit)))
                    .orElseGet(() -> unacceptable("The list of projects"));
        }
        Optional<ProjectName> project = decoded(segments.get(1)).flatMap(ProjectName::parse);
        if (project.isEmpty()) {
            return Refusal.of(404, "No project can have this name.");
        }
        if (segments.size() == 3 && !segments.get(2).isEmpty()) {
            return file(request, String.join("/", segments));
        }
        if (segments.size() == 2 || !project.get().text().equals(segments.get(1))) {
            return redirect(segments.size() == 2 ? project.get() + "/" : "../" + project.get() + "/");
        }
        Optional<Form> form = form(request);
        if (form.isEmpty()) {
            return unacceptable("The index page of " + project.get());
        }
        List<PyPiSettings.Index> indexes = settings.indexes(List.of(project.get()));
        return withPages(request, project.get(), indexes, true, pages -> pages.view(form.get()));
    }

    private static Optional<Form> form(Request request) {
        return Form.negotiated(request.fields(), request.target().queryParameter("format"));
    }

    private static Resolution unacceptable(String subject) {
        return Refusal.of(
                406,
                subject + " is served as application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html or"
                        + " text/html; accept one of them.");
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
            return Refusal.of(404, "There is no such file.");
        }
        return withPages(
                request,
                project.get(),
                settings.indexes(List.of(project.get())),
                false,
                pages -> pages.named(name.get())
                        .map(
                                row -> !row.isAvailable(pages.now())
                                        ? Refusal.of(403, settings.gate().refusal(row.file(), row.availableFrom()))
                                        : Refusal.of(
                                                404,
                                                "The index lists " + row.file().name() + " at " + place(row.file())
                                                        + ", from where this vault may not fetch files; its operator can add the host to files_hosts."))
                        .orElseGet(() -> Refusal.of(404, "The index does not list " + name.get() + ".")));
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
            return Refusal.of(404, "There is no such file.");
        }
        String query = request.target().query().map(text -> "?" + text).orElse("");
        String listed = Urls.canonical(path) + query;
        Optional<String> proven = FilePaths.provenanceOf(path);
        if (proven.isPresent() && query.isEmpty()) {
            return file(request, proven.get(), page -> page.provenance(proven.get(), listed));
        }
        Function<ProjectPage, Optional<Resolution>> exact = page -> page.file(listed);
        if (name.get().endsWith(ProjectPage.METADATA) && query.isEmpty()) {
            return file(
                    request,
                    without(ProjectPage.METADATA, name.get()),
                    page -> page.metadata(without(ProjectPage.METADATA, listed)).or(() -> exact.apply(page)));
        }
        if (name.get().endsWith(ProjectPage.SIGNATURE) && query.isEmpty()) {
            return file(
                    request,
                    without(ProjectPage.SIGNATURE, name.get()),
                    page -> page.signature(without(ProjectPage.SIGNATURE, listed))
                            .or(() -> exact.apply(page)));
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
            return Refusal.of(404, "No index lists a file at this address.");
        }
        ProjectName project = left.getFirst();
        List<ProjectName> others = left.subList(1, left.size());
        if (!others.isEmpty() && settings.exclude(project)) {
            return file(request, fileName, projects, others, found);
        }
        return withPages(
                request,
                project,
                settings.indexes(projects),
                false,
                pages ->
                        pages.first(fileName, found).orElseGet(() -> file(request, fileName, projects, others, found)));
    }

    private Resolution withPages(
            Request request,
            ProjectName project,
            List<PyPiSettings.Index> indexes,
            boolean demanding,
            PageSearch.Then then) {
        return settings.exclude(project)
                ? Refusal.of(
                        403, project + " is not served by this vault: its configuration (allow, deny) excludes it.")
                : search.find(request, project, indexes, demanding, then);
    }

    private static Optional<String> decoded(String segment) {
        try {
            return Optional.of(Target.decode(segment));
        } catch (BadTargetException e) {
            return Optional.empty();
        }
    }
}
