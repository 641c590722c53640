package io.artifactvault.backend.pypi;

import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Resource.Making;
import io.artifactvault.backend.Upstream;
import io.artifactvault.http.Fields;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Content that the vault makes from what an index sent. It never changes under its key, and is only for callers who may
 * have its source: whoever resolved it has obtained that as the same caller, unless it has the scope of its source.
 */
abstract class MadeResource extends IndexResource {
    private final IndexResource source;

    /** @param source the first resource from which it is made */
    MadeResource(IndexResource source) {
        super(source.settings, source.index, source.request);
        this.source = source;
    }

    @Override
    public final Lifetime lifetime() {
        return Lifetime.FOREVER;
    }

    @Override
    public Optional<AccessScope> scope() {
        return Optional.empty();
    }

    @Override
    public final Upstream upstream() {
        return source.upstream();
    }

    @Override
    public final Optional<Making> making() {
        return Optional.of(this::write);
    }

    /** As {@link Making#write}. */
    abstract Fields write(Making.Sources sources, OutputStream out) throws IOException;
}
