package io.artifactvault.backend.pypi;

import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Resource.Making;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.pypi.dist.ProjectName;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Stored once clients have requested wheels of a project for which the index announces no metadata. Without it, the
 * store need not be searched for each of the project's wheels. Never sent to clients.
 */
final class ExtractionMark extends IndexResource {
    private final ProjectName project;

    ExtractionMark(PyPiSettings settings, PyPiSettings.Index index, Request request, ProjectName project) {
        super(settings, index, request);
        this.project = project;
    }

    @Override
    public String title() {
        return "the mark of " + project;
    }

    @Override
    public String key() {
        return KeyBuilder.key(settings.name(), "extraction", project.text());
    }

    @Override
    public Lifetime lifetime() {
        return Lifetime.FOREVER;
    }

    @Override
    public Optional<AccessScope> scope() {
        return Optional.empty();
    }

    @Override
    public Upstream upstream() {
        return at(index.page(project), Fields.EMPTY, Optional.empty(), false);
    }

    @Override
    public Optional<Making> making() {
        return Optional.of((_, out) -> write(out));
    }

    private Fields write(OutputStream out) throws IOException {
        out.write(project.text().getBytes(StandardCharsets.UTF_8));
        return Fields.EMPTY;
    }
}
