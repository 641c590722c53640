package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.Upstream;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import java.util.Optional;

/** What a repository says about some paths. It is asked for by POST, and kept by which paths those are. */
final class PathsInfoResource extends ApiResource {
    private final PathsQuestion paths;

    PathsInfoResource(Hub hub, Request request, ApiPath path, PathsQuestion paths) {
        super(hub, request, path, "");
        this.paths = paths;
    }

    @Override
    public String key() {
        return super.key() + " " + paths.key();
    }

    @Override
    public PathsInfoResource at(String commit) {
        return new PathsInfoResource(hub, request, asked.at(commit), paths);
    }

    @Override
    boolean isExpanded() {
        return paths.expand();
    }

    @Override
    public Optional<byte[]> question() {
        return Optional.of(paths.body());
    }

    @Override
    public Upstream upstream() {
        Fields fields = Hub.plainFields(request).with("Content-Type", paths.contentType());
        return hub.upstream(path().target(), fields, hub.credential(request));
    }
}
