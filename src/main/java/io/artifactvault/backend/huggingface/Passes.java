package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.huggingface.PassResource.Terms;
import io.artifactvault.backend.huggingface.json.LfsBatchRequest;
import io.artifactvault.backend.huggingface.json.XetStripper;
import io.artifactvault.backend.huggingface.links.LfsBatch;
import io.artifactvault.backend.huggingface.route.AmbiguousRequestException;
import io.artifactvault.backend.huggingface.route.HubRoute;
import io.artifactvault.backend.huggingface.route.PathSegments;
import io.artifactvault.backend.huggingface.route.Repository;
import io.artifactvault.http.Request;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The terms on which requests are passed through: how their responses are changed, and which names they move. */
final class Passes {
    private static final Set<String> MOVING = Set.of("commit", "branch", "tag", "super-squash");

    private final Hub hub;

    Passes(Hub hub) {
        this.hub = hub;
    }

    PassResource of(Request request, HubRoute route, String below) {
        return switch (route) {
            case HubRoute.BucketFile _, HubRoute.BucketApi _ ->
                new PassResource(hub, request, below, Optional.empty()).on(Terms.PLAIN.withXet());
            case HubRoute.Api api
            when api.verb().equals("xet-write-token") ->
                new PassResource(hub, request, below, Optional.empty())
                        .on(new Terms(Optional.empty(), true, true).withXet());
            case HubRoute.Api api ->
                new PassResource(hub, request, below, Optional.of(edit(request, api)))
                        .on(new Terms(Optional.empty(), true, true, request.isRead() ? List.of() : moves(api)));
            case HubRoute.Listing _ ->
                new PassResource(hub, request, below, Optional.of(new XetStripper()))
                        .on(new Terms(Optional.empty(), true, false));
            case HubRoute.GitPush(Repository repository) ->
                new PassResource(hub, request, below, Optional.empty())
                        .on(new Terms(
                                Optional.empty(),
                                false,
                                false,
                                List.of(hub.names(hub.aliases().trueName(repository)))));
            default -> new PassResource(hub, request, below, Optional.empty());
        };
    }

    /**
     * The names that a request to the API changes: a commit moves its branch, and requests about branches and tags
     * contain their names.
     */
    private List<String> moves(HubRoute.Api api) {
        List<String> segments = PathSegments.of(api.rest());
        return segments.size() > 1 && MOVING.contains(segments.getFirst())
                ? List.of(hub.name(hub.aliases().trueName(api.repository()), segments.get(1)))
                : List.of();
    }

    private BodyEdit edit(Request request, HubRoute.Api api) {
        return api.verb().equals("parquet") ? new HubAddresses(hub, hub.mount(request)) : new XetStripper();
    }

    /**
     * A request to the dataset viewer. The Hub files that its responses list are stored by the vault when clients
     * request them.
     */
    PassResource viewer(Request request, String below, URI viewer) {
        return new PassResource(hub, request, below, Optional.of(new HubAddresses(hub, hub.mount(request))))
                .on(new Terms(Optional.of(viewer), true, false));
    }

    /**
     * A request of git-lfs before it fetches or uploads. Uploads go directly to the addresses in the Hub's response.
     */
    PassResource lfs(Request request, String below, Repository repository, byte[] body)
            throws AmbiguousRequestException {
        LfsBatchRequest batch = LfsBatchRequest.read(body);
        BodyEdit edit = new LfsBatch(
                hub.links(), repository, hub.mount(request), hub.settings().accessTtl());
        return new PassResource(hub, request, below, Optional.of(edit))
                .on(new Terms(Optional.empty(), batch.isDownload(), true))
                .withBody(batch.body());
    }
}
