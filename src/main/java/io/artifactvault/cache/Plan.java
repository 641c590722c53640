package io.artifactvault.cache;

import io.artifactvault.http.CacheStatus;
import io.artifactvault.store.Entry;

/** What to do about a request. */
sealed interface Plan {
    /** Answer with what is stored. */
    record Serve(Entry entry, long ttlSeconds) implements Plan {}

    /** Ask upstream first: for the content, for its freshness, or whether this caller may have it. */
    record Ask(CacheStatus.Forward why) implements Plan {}

    /** Let the request through; nothing is kept. */
    record Pass(CacheStatus.Forward why) implements Plan {}
}
