package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.Upstream;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import java.util.Optional;

/** What a repository says about some paths. It is asked for by POST, and kept by which paths those are. */
final class PathsInfoResource extends ApiResource {
    private final ApiPath path;
    private final PathsQuestion asked;

    PathsInfoResource(Hub hub, Request request, ApiPath path, PathsQuestion asked) {
        super(hub, request, path, "");
        this.path = path;
        this.asked = asked;
    }

    @Override
    public String key() {
        return super.key() + " " + asked.key();
    }

    @Override
    public PathsInfoResource at(String commit) {
        return new PathsInfoResource(hub, request, path.at(commit), asked);
    }

    @Override
    boolean isExpanded() {
        return asked.expand();
    }

    @Override
    public Optional<byte[]> question() {
        return Optional.of(asked.body());
    }

    @Override
    public Upstream upstream() {
        Fields fields = Hub.plainFields(request).with("Content-Type", asked.contentType());
        return hub.upstream(path.target(), fields, hub.credential(request));
    }
}
