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
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A project's page at one index, stored in its normalised form. Never sent to clients itself. */
final class PageResource extends IndexResource {
    private final ProjectName project;

    PageResource(PyPiSettings settings, PyPiSettings.Index index, Request request, ProjectName project) {
        super(settings, index, request);
        this.project = project;
    }

    @Override
    public String title() {
        return "the index page of " + project;
    }

    @Override
    public String key() {
        return KeyBuilder.key(settings.name(), "page", index.url() + index.simplePath(), project.text());
    }

    @Override
    public Lifetime lifetime() {
        return Lifetime.byRule(settings.metadataTtl());
    }

    @Override
    public Optional<AccessScope> scope() {
        return Optional.of(access());
    }

    private AccessScope access() {
        return new AccessScope(
                KeyBuilder.key(settings.name(), "project", index.url().toString(), project.text()),
                "page",
                false,
                settings.accessTtl());
    }

    @Override
    public List<Openness> openness(Fields stored) {
        return List.of(new Openness(access(), true));
    }

    @Override
    public Upstream upstream() {
        return at(index.page(project), Fields.of("Accept", Form.ACCEPT), login(), false);
    }

    @Override
    public boolean answersHead() {
        return false;
    }

    @Override
    Verdict content(UpstreamAnswer last, Fields kept) {
        return Form.ofContentType(last.fields()).isPresent()
                ? new Verdict.Content(new Facts(kept, OptionalLong.empty(), Optional.empty(), Optional.empty()), true)
                : new Verdict.Unexpected("a page of another media type than those of package indexes");
    }

    @Override
    public Optional<BodyEdit> edit(Fields received) {
        boolean html =
                Form.ofContentType(received).filter(form -> !form.isJson()).isPresent();
        return Optional.of(new PageEdit(index.page(project), html, settings.maxPageSize()));
    }
}
