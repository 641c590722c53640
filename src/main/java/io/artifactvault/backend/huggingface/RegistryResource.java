package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.backend.huggingface.route.Repository;
import io.artifactvault.http.Request;
import java.util.List;
import java.util.Optional;

/** A resource of one model in the Hub's registry. */
abstract class RegistryResource extends HubResource {
    private final Repository requested;

    RegistryResource(Hub hub, Request request, Repository requested) {
        super(hub, request);
        this.requested = requested;
    }

    /**
     * The repository under its true name, once that is known: the response that reveals the name is stored under it.
     */
    final Repository repository() {
        return hub.aliases().trueName(requested);
    }

    @Override
    public final Optional<AccessScope> scope() {
        return Optional.of(scope("files", repository(), state(), isFixed()));
    }

    /** The state of the repository to which the response belongs, for {@link Resource.AccessScope}. */
    abstract String state();

    abstract boolean isFixed();

    @Override
    public final Verdict judge(List<UpstreamAnswer> chain) {
        return hub.noting(requested, chain, meaning(chain));
    }

    abstract Verdict meaning(List<UpstreamAnswer> chain);
}
