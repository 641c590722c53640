package io.artifactvault.backend.pypi;

import io.artifactvault.backend.Resource.Making;
import io.artifactvault.backend.pypi.dist.ProjectName;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Stored once clients have requested wheels of a project for which the index announces no metadata. Without it, the
 * store need not be searched for each of the project's wheels. Never sent to clients.
 */
final class ExtractionMark extends MadeResource {
    private final ProjectName project;

    ExtractionMark(PageResource page, ProjectName project) {
        super(page);
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
    Fields write(Making.Sources sources, OutputStream out) throws IOException {
        out.write(project.text().getBytes(StandardCharsets.UTF_8));
        return Fields.EMPTY;
    }
}
