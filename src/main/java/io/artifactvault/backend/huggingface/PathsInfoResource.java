package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.huggingface.route.ApiQuery;
import io.artifactvault.backend.huggingface.route.PathsInfoRequest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import java.util.Optional;

/** A repository's information about some paths. Requested by POST, and stored under a key made from those paths. */
final class PathsInfoResource extends ApiResource {
    private final PathsInfoRequest paths;

    PathsInfoResource(Hub hub, Request request, ApiPath path, ApiQuery query, PathsInfoRequest paths) {
        super(hub, request, path, query);
        this.paths = paths;
    }

    @Override
    public String key() {
        return KeyBuilder.key(super.key(), paths.key());
    }

    @Override
    public PathsInfoResource at(String commit) {
        return new PathsInfoResource(hub, request, requested.at(commit), query, paths);
    }

    @Override
    boolean isExpanded() {
        return paths.expand();
    }

    @Override
    public Optional<byte[]> requestBody() {
        return Optional.of(paths.body());
    }

    @Override
    public Upstream upstream() {
        Fields fields = Hub.plainFields().with("Content-Type", PathsInfoRequest.CONTENT_TYPE);
        return hub.upstream(path().target() + query.text(), fields, hub.credential(request));
    }
}
