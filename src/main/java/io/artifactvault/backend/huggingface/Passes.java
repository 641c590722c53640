package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.huggingface.PassResource.Passage;
import io.artifactvault.http.Request;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** On what terms that goes through which is never kept: what is changed in its answers, and by whose token it is asked. */
final class Passes {
    /** Reads of the API about a repository that tell nothing of who asks, so that the server's token may ask too. */
    private static final Set<String> ABOUT_REPOSITORIES = Set.of(
            "",
            "revision",
            "tree",
            "refs",
            "commits",
            "treesize",
            "paths-info",
            "auth-check",
            "parquet",
            "croissant",
            "compare",
            "discussions",
            "scan");

    private static final Set<String> MOVING = Set.of("commit", "branch", "tag", "super-squash");

    private final Hub hub;

    Passes(Hub hub) {
        this.hub = hub;
    }

    PassResource of(Request request, HubRoute route, String below) {
        return switch (route) {
            case HubRoute.Api api ->
                new PassResource(hub, request, below, Optional.of(edit(request, api)))
                        .on(new Passage(
                                Optional.empty(),
                                ABOUT_REPOSITORIES.contains(api.verb()) && reads(request, api),
                                true,
                                request.isRead() ? List.of() : moves(api)));
            case HubRoute.Listing _ ->
                new PassResource(hub, request, below, Optional.of(new XetStripper()))
                        .on(new Passage(Optional.empty(), request.isRead(), false));
            case HubRoute.GitPush(Repository repository) ->
                new PassResource(hub, request, below, Optional.empty())
                        .on(new Passage(
                                Optional.empty(),
                                false,
                                false,
                                List.of(hub.names(hub.aliases().trueName(repository)))));
            default ->
                new PassResource(hub, request, below, Optional.empty())
                        .on(new Passage(Optional.empty(), fetches(request, below), false));
        };
    }

    /** A commit moves its branch; branches and tags are made, moved and removed by their names. */
    private List<String> moves(HubRoute.Api api) {
        List<String> segments = HubRouter.segments(api.rest());
        return segments.size() > 1 && MOVING.contains(segments.getFirst())
                ? List.of(hub.name(hub.aliases().trueName(api.repository()), segments.get(1)))
                : List.of();
    }

    private static boolean reads(Request request, HubRoute.Api api) {
        return request.isRead() || api.verb().equals("paths-info");
    }

    private BodyEdit edit(Request request, HubRoute.Api api) {
        return api.verb().equals("parquet") ? new HubAddresses(hub, hub.mount(request)) : new XetStripper();
    }

    /** A fetch by git, or something of a bucket. */
    private static boolean fetches(Request request, String below) {
        boolean git = below.endsWith("/git-upload-pack")
                || (below.endsWith("/info/refs")
                        && request.target()
                                .query()
                                .filter("service=git-upload-pack"::equals)
                                .isPresent());
        return git || (request.isRead() && below.startsWith("buckets/"));
    }

    /** The viewer of data sets: its answers lead to files of the Hub, which the vault keeps. */
    PassResource viewer(Request request, String below) {
        return new PassResource(hub, request, below, Optional.of(new HubAddresses(hub, hub.mount(request))))
                .on(new Passage(Optional.of(hub.viewer()), request.isRead(), false));
    }

    /** What git-lfs asks before it fetches or sends. What it sends goes where the Hub says. */
    PassResource lfs(Request request, String below, Repository repository, byte[] question)
            throws BadQuestionException {
        LfsQuestion asked = LfsQuestion.read(question);
        BodyEdit edit = new LfsBatch(
                hub.links(), repository, hub.mount(request), hub.settings().accessTtl());
        return new PassResource(hub, request, below, Optional.of(edit))
                .on(new Passage(Optional.empty(), asked.isDownload(), true))
                .asking(asked.body());
    }
}
