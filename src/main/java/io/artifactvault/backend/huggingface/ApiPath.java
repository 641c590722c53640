package io.artifactvault.backend.huggingface;

import static io.artifactvault.backend.huggingface.route.PathSegments.join;
import static io.artifactvault.backend.huggingface.route.PathSegments.rest;

import io.artifactvault.backend.huggingface.route.HubRoute;
import io.artifactvault.backend.huggingface.route.PathSegments;
import io.artifactvault.backend.huggingface.route.Repository;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The path of a JSON response about a repository. A repository's page without a revision is that of its main branch.
 *
 * @param verb empty, or {@code tree} and the like
 * @param revision one raw segment; empty if there is none
 * @param tail the path after the revision, raw
 */
record ApiPath(Repository repository, String verb, Optional<String> revision, String tail) {
    private static final Set<String> AT_A_REVISION = Set.of("revision", "tree", "treesize", "commits", "paths-info");
    private static final String PAGE = "revision";

    static ApiPath of(HubRoute.Api api) {
        List<String> segments = PathSegments.of(api.rest());
        if (segments.isEmpty()) {
            return new ApiPath(api.repository(), "", Optional.of("main"), "");
        }
        String verb = segments.getFirst();
        List<String> arguments = rest(segments, 1);
        if (!AT_A_REVISION.contains(verb) || arguments.isEmpty()) {
            return new ApiPath(api.repository(), verb, Optional.empty(), join(arguments));
        }
        int length = PathSegments.revisionLength(arguments);
        String revision = String.join("%2F", arguments.subList(0, length));
        return new ApiPath(api.repository(), verb, Optional.of(revision), join(rest(arguments, length)));
    }

    static ApiPath page(Repository repository, String revision) {
        return new ApiPath(repository, PAGE, Optional.of(revision), "");
    }

    /** A copy with the repository's true name. */
    ApiPath by(Aliases aliases) {
        return new ApiPath(aliases.trueName(repository), verb, revision, tail);
    }

    /** Whether it is the repository's page, which gives the commit of a revision. */
    boolean isPage() {
        return verb.isEmpty() || (verb.equals(PAGE) && tail.isEmpty());
    }

    ApiPath at(String commit) {
        return new ApiPath(repository, isPage() ? PAGE : verb, Optional.of(commit), tail);
    }

    /** The path after the repository; the page of the main branch has two spellings with the same meaning. */
    String canonical() {
        String what = verb.isEmpty() ? PAGE : verb;
        return what + revision.map(r -> "/" + r).orElse("") + (tail.isEmpty() ? "" : "/" + tail);
    }

    /** Upstream's path, without a slash before it. */
    String target() {
        String base = "api/" + repository.type() + "/" + repository.id();
        return verb.isEmpty() ? base : base + "/" + canonical();
    }

    /** The parts of the cache key that distinguish this path from all others. */
    List<String> keyParts() {
        return List.of(repository.type(), repository.id(), verb, revision.orElse(""), tail);
    }

    @Override
    public String toString() {
        return repository.title() + (verb.isEmpty() ? "" : " " + canonical());
    }
}
