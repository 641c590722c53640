package io.artifactvault.backend.pypi;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.backend.pypi.dist.ProjectName;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import io.artifactvault.http.Scan;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * A project's page at one index, stored in its normalised form. Never sent to clients itself. The page is a name whose
 * value is the digest of its content: an index may show each caller another page, so access to one version says nothing
 * about another.
 */
final class PageResource extends IndexResource {
    private final ProjectName project;
    private final PageLimit limit;
    private final Optional<String> version;

    /** The page in its newest version. */
    PageResource(
            PyPiSettings settings, PyPiSettings.Index index, Request request, ProjectName project, PageLimit limit) {
        this(settings, index, request, project, limit, Optional.empty());
    }

    /** @param version the digest of its content */
    private PageResource(
            PyPiSettings settings,
            PyPiSettings.Index index,
            Request request,
            ProjectName project,
            PageLimit limit,
            Optional<String> version) {
        super(settings, index, request);
        this.project = project;
        this.limit = limit;
        this.version = version;
    }

    @Override
    public String title() {
        return "the index page of " + project;
    }

    @Override
    public String key() {
        return KeyBuilder.key(
                settings.name(),
                "page",
                index.url() + index.simplePath(),
                project.text(),
                version.map(digest -> "sha256:" + digest).orElseGet(this::audience));
    }

    @Override
    public Optional<Name> name() {
        return version.isPresent() ? Optional.empty() : Optional.of(new Name(key(), settings.metadataTtl()));
    }

    @Override
    public PageResource at(String digest) {
        return new PageResource(settings, index, request, project, limit, Optional.of(digest));
    }

    /** Also of a version, because upstream sends the newest one if the content of that version is lost. */
    @Override
    public Optional<String> pointsTo(Fields stored) {
        return stored.first(PageEdit.PAGE_DIGEST);
    }

    @Override
    public Lifetime lifetime() {
        return version.isPresent() ? Lifetime.FOREVER : Lifetime.byRule(settings.metadataTtl());
    }

    @Override
    public Optional<AccessScope> scope() {
        return Optional.of(access());
    }

    private AccessScope access() {
        return new AccessScope(
                KeyBuilder.key(settings.name(), "project", index.url().toString(), project.text(), audience()),
                version.orElseGet(this::key),
                version.isPresent(),
                settings.accessTtl());
    }

    /**
     * The access to one of the project's files, besides that to its page: the index or the host of the file must have
     * confirmed exactly that file. A scope of its own, because a host without a login confirms files to everybody.
     *
     * @param fixed whether the key states the file's content
     */
    AccessScope fileAccess(String key, boolean fixed) {
        return new AccessScope(
                KeyBuilder.key(settings.name(), "files", index.url().toString(), project.text()),
                key,
                fixed,
                settings.accessTtl());
    }

    /** While the page is open to everybody, files that were confirmed to everybody need no further request. */
    @Override
    public List<Openness> openness(Fields stored) {
        return List.of(new Openness(access(), true), new Openness(fileAccess("page", true), true));
    }

    @Override
    public boolean differsByCaller() {
        return true;
    }

    @Override
    public Upstream upstream() {
        return at(index.page(project), PAGE_FIELDS, login(), false);
    }

    @Override
    public boolean answersHead() {
        return false;
    }

    @Override
    Verdict content(UpstreamAnswer last, Fields kept) {
        Optional<Form> form = Form.ofContentType(last.fields());
        if (form.isEmpty()) {
            return new Verdict.Unexpected("a page of another media type than those of package indexes");
        }
        return form.get().isJson() || isOfProject(last.uri())
                ? new Verdict.Content(new Facts(kept, OptionalLong.empty(), Optional.empty(), Optional.empty()), true)
                : new Verdict.Unexpected("a web page at another address than that of the project");
    }

    /** Whether an address is that of the project's page in some index: a redirect may lead to the page of a login. */
    private boolean isOfProject(URI address) {
        List<String> segments = Stream.of(address.getRawPath().split("/"))
                .filter(segment -> !segment.isEmpty() && !segment.equals("index.html"))
                .toList();
        return !segments.isEmpty()
                && ProjectName.parse(segments.getLast()).filter(project::equals).isPresent();
    }

    @Override
    public Optional<BodyEdit> edit(Fields received) {
        return edit(new UpstreamAnswer(index.page(project), 200, received));
    }

    /** Links are relative to the address that finally responded. */
    @Override
    public Optional<BodyEdit> edit(UpstreamAnswer received) {
        boolean html = Form.ofContentType(received.fields())
                .filter(form -> !form.isJson())
                .isPresent();
        return Optional.of(new PageEdit(received.uri(), html, settings.mix(), limit));
    }

    /** A node of PyPI's delivery network may lag behind another one. */
    @Override
    public boolean isOutdated(Fields received, Fields stored) {
        OptionalLong theirs = serial(received);
        OptionalLong ours = serial(stored);
        return theirs.isPresent() && ours.isPresent() && theirs.getAsLong() < ours.getAsLong();
    }

    private static OptionalLong serial(Fields fields) {
        return fields.first("X-PyPI-Last-Serial").filter(text -> Scan.isNumber(text, MOST_DIGITS)).stream()
                .mapToLong(Long::parseLong)
                .findFirst();
    }
}
