package io.artifactvault.backend.huggingface;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.huggingface.route.HubRoute;
import io.artifactvault.backend.huggingface.route.HubRouter;
import io.artifactvault.backend.huggingface.route.Repository;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Target;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The aliases under which clients requested repositories: ids of one word, names before a move, names in the wrong
 * case. Learned from the Hub's own redirects and discarded after an hour, because a free name may be given to another
 * user. Grants and files are stored under the true name. Thread-safe; in memory only.
 */
final class Aliases {
    private static final int MOST = 10_000;
    private static final Duration LIFETIME = Duration.ofHours(1);

    private final Cache<Repository, Repository> trueNames =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(LIFETIME).build();

    /**
     * The repository under its true name, or unchanged if no other name is known; its {@code spelling} stays the name
     * that the client used.
     */
    Repository trueName(Repository requested) {
        Repository known = trueNames.getIfPresent(requested);
        return known == null ? requested : known.requestedAs(requested);
    }

    /** Learns aliases from the redirects that led to a response that the caller received. */
    void learn(Repository requested, List<UpstreamAnswer> chain, OwnHops hops) {
        for (UpstreamAnswer hop : hops.own(chain)) {
            if (hop.isRedirect()) {
                hop.fields()
                        .first("Location")
                        .flatMap(hops::below)
                        .flatMap(Aliases::repository)
                        .ifPresent(other -> {
                            if (other.type().equals(requested.type()) && !other.equals(requested)) {
                                trueNames.put(requested, other);
                            }
                        });
            }
        }
    }

    /** Forgets the aliases of a repository that the Hub refused: they may belong to another repository now. */
    void forget(Repository refused) {
        trueNames.asMap().values().removeIf(refused::equals);
    }

    private static Optional<Repository> repository(String below) {
        int query = below.indexOf('?');
        try {
            String path = Target.parse("/" + (query < 0 ? below : below.substring(0, query)))
                    .path();
            return switch (HubRouter.route(path)) {
                case HubRoute.File(Repository repository, String _, String _) -> Optional.of(repository);
                case HubRoute.Raw(Repository repository, String _, String _) -> Optional.of(repository);
                case HubRoute.Api(Repository repository, String _) -> Optional.of(repository);
                case HubRoute.Manifest(Repository repository, String _) -> Optional.of(repository);
                case HubRoute.Layer(Repository repository, String _) -> Optional.of(repository);
                default -> Optional.empty();
            };
        } catch (BadTargetException e) {
            return Optional.empty();
        }
    }
}
