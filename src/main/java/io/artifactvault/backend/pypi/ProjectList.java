package io.artifactvault.backend.pypi;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The list of those projects of the first index that the vault lists, in one form. A name whose value is the digest of
 * its content, as a {@link PageResource} is.
 */
final class ProjectList extends IndexResource {
    private final Form form;
    private final PageLimit limit;
    private final Optional<String> version;

    ProjectList(PyPiSettings settings, Request request, Form form, PageLimit limit) {
        this(settings, request, form, limit, Optional.empty());
    }

    private ProjectList(PyPiSettings settings, Request request, Form form, PageLimit limit, Optional<String> version) {
        super(settings, settings.index(), request);
        this.form = form;
        this.limit = limit;
        this.version = version;
    }

    @Override
    public String title() {
        return "the list of projects";
    }

    /** It is stored without the projects that the vault does not list. */
    @Override
    public String key() {
        return KeyBuilder.key(
                settings.name(),
                "projects",
                form.name(),
                settings.listKey(),
                version.map(digest -> "sha256:" + digest).orElseGet(this::audience));
    }

    @Override
    public Optional<Name> name() {
        return version.isPresent() ? Optional.empty() : Optional.of(new Name(key(), settings.metadataTtl()));
    }

    @Override
    public ProjectList at(String digest) {
        return new ProjectList(settings, request, form, limit, Optional.of(digest));
    }

    @Override
    public Optional<String> pointsTo(Fields stored) {
        return stored.first(ListEdit.LIST_DIGEST);
    }

    @Override
    public boolean differsByCaller() {
        return true;
    }

    @Override
    public List<String> selectedBy() {
        return List.of("Accept");
    }

    @Override
    public Lifetime lifetime() {
        return version.isPresent() ? Lifetime.FOREVER : Lifetime.byRule(settings.metadataTtl());
    }

    @Override
    public boolean answersHead() {
        return false;
    }

    @Override
    public Optional<AccessScope> scope() {
        return Optional.of(new AccessScope(
                KeyBuilder.key(settings.name(), "projects", audience()),
                version.orElseGet(this::key),
                version.isPresent(),
                settings.accessTtl()));
    }

    @Override
    public List<Openness> openness(Fields stored) {
        return List.of(new Openness(scope().orElseThrow(), true));
    }

    @Override
    public Upstream upstream() {
        return at(index.projects(), PAGE_FIELDS, login(), false);
    }

    @Override
    Verdict content(UpstreamAnswer last, Fields kept) {
        return Form.ofContentType(last.fields()).isPresent()
                ? new Verdict.Content(new Facts(kept, OptionalLong.empty(), Optional.empty(), Optional.empty()), true)
                : new Verdict.Unexpected("a list of another media type than those of package indexes");
    }

    @Override
    public Optional<BodyEdit> edit(Fields received) {
        boolean html =
                Form.ofContentType(received).filter(sent -> !sent.isJson()).isPresent();
        return Optional.of(new ListEdit(settings, html, form, limit));
    }

    @Override
    public Fields present(Fields stored, Request asked) {
        Fields.Builder fields = stored.without(ListEdit.LIST_DIGEST, "Content-Type").toBuilder();
        form.fields().lines().forEach(line -> fields.add(line.name(), line.value()));
        return fields.build();
    }
}
