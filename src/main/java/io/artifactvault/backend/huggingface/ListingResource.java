package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.huggingface.route.AmbiguousRequestException;
import io.artifactvault.backend.huggingface.route.ApiQuery;
import io.artifactvault.backend.huggingface.route.KnownParameters;
import io.artifactvault.backend.huggingface.route.Repository;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import java.util.Optional;

/**
 * A list of repositories as anonymous callers see it, stored for {@code metadata_ttl}. Lists for a caller with a
 * credential may contain private repositories, so they are passed through and never stored.
 */
final class ListingResource extends ApiResource {
    private final String type;

    private ListingResource(Hub hub, Request request, String type, ApiQuery query) {
        super(hub, request, new ApiPath(new Repository(type, ""), "list", Optional.empty(), ""), query);
        this.type = type;
    }

    static ListingResource of(Hub hub, Request request, String type) throws AmbiguousRequestException {
        return new ListingResource(
                hub, request, type, ApiQuery.read(request.target().query(), KnownParameters.LISTING));
    }

    @Override
    public String title() {
        return "list of " + type;
    }

    @Override
    public String key() {
        return KeyBuilder.key(hub.settings().name(), "list", type, query.text());
    }

    @Override
    public Lifetime lifetime() {
        return Lifetime.byRule(hub.settings().metadataTtl());
    }

    @Override
    public Optional<AccessScope> scope() {
        return Optional.empty();
    }

    @Override
    public Upstream upstream() {
        return hub.upstream("api/" + type + query.text(), Hub.plainFields(), Optional.empty());
    }
}
