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

/** The list of those projects of the first index that the vault lists, in one form. */
final class ProjectList extends IndexResource {
    private final Form form;
    private final PageLimit limit;

    ProjectList(PyPiSettings settings, Request request, Form form, PageLimit limit) {
        super(settings, settings.index(), request);
        this.form = form;
        this.limit = limit;
    }

    @Override
    public String title() {
        return "the list of projects";
    }

    /** It is stored without the projects that the vault does not list. */
    @Override
    public String key() {
        return KeyBuilder.key(settings.name(), "projects", form.name(), settings.listKey());
    }

    @Override
    public List<String> selectedBy() {
        return List.of("Accept");
    }

    @Override
    public Lifetime lifetime() {
        return Lifetime.byRule(settings.metadataTtl());
    }

    @Override
    public boolean answersHead() {
        return false;
    }

    @Override
    public Optional<AccessScope> scope() {
        return Optional.of(
                new AccessScope(KeyBuilder.key(settings.name(), "projects"), form.name(), false, settings.accessTtl()));
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
        return stored.with("Content-Type", form.contentType());
    }
}
