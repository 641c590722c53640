package io.artifactvault.backend.pypi;

import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Upstream;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import java.util.List;
import java.util.Optional;

/** The list of all projects of the first index, as it sends it in the form that the client asked for. */
final class ProjectList extends IndexResource {
    private final Form form;

    ProjectList(PyPiSettings settings, Request request) {
        super(settings, settings.index(), request);
        this.form = Form.negotiated(request.fields(), request.target().queryParameter("format"))
                .orElse(Form.TEXT_HTML);
    }

    @Override
    public String title() {
        return "the list of projects";
    }

    @Override
    public String key() {
        return KeyBuilder.key(settings.name(), "projects", form.name());
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
        return at(index.projects(), Fields.of("Accept", form.contentType()), login(), false);
    }
}
