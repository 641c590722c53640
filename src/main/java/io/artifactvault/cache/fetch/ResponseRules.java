package io.artifactvault.cache.fetch;

import io.artifactvault.cache.upstream.UpstreamHead;

/**
 * What becomes of upstream's response to a fetch, decided by its head. Pure: no I/O, no clock, and nothing is stored by it; a fetch
 * obeys the {@link Ruling}.
 */
interface ResponseRules {
    Ruling rule(UpstreamHead head);
}
