package io.artifactvault.cache;

import io.artifactvault.http.CacheStatus;
import io.artifactvault.store.Entry;

/** What to do about a request. */
sealed interface Plan {
    /** For the operator. */
    default String inWords() {
        return switch (this) {
            case Serve _ -> "serve what is stored";
            case Ask(CacheStatus.Forward why) -> "ask upstream (" + why.token() + ")";
            case Pass(CacheStatus.Forward why) -> "pass through (" + why.token() + ")";
        };
    }

    /** Answer with what is stored. */
    record Serve(Entry entry, long ttlSeconds) implements Plan {}

    /** Ask upstream first: for the content, for its freshness, or whether this caller may have it. */
    record Ask(CacheStatus.Forward why) implements Plan {}

    /** Let the request through; nothing is kept. */
    record Pass(CacheStatus.Forward why) implements Plan {}
}
