package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.Upstream;
import io.artifactvault.http.Request;
import java.time.Duration;
import java.util.Optional;

/**
 * A list of repositories as anonymous callers see it, kept for {@code metadata_ttl}. What a caller with a credential sees
 * may hold private repositories, so those lists go through and are never kept.
 */
final class ListingResource extends ApiResource {
    private final String type;

    ListingResource(Hub hub, Request request, String type) {
        super(
                hub,
                request,
                new ApiPath(new Repository(type, ""), "list", Optional.empty(), ""),
                request.target().query().map(q -> "?" + q).orElse(""));
        this.type = type;
    }

    @Override
    public String title() {
        return "list of " + type;
    }

    @Override
    public String key() {
        return hub.settings().name() + " list " + type + query;
    }

    @Override
    public Duration lifetime() {
        return hub.settings().metadataTtl();
    }

    @Override
    public Optional<AccessScope> scope() {
        return Optional.empty();
    }

    @Override
    public Upstream upstream() {
        return hub.upstream("api/" + type + query, Hub.plainFields(request), Optional.empty());
    }
}
