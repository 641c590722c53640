package io.artifactvault.cache.fetch;

import io.artifactvault.cache.upstream.UpstreamHead;

/**
 * Decides what a fetch does with upstream's response, based on its head. Pure: performs no I/O, reads no clock and
 * stores nothing; a fetch carries out the {@link Ruling}.
 */
interface ResponseRules {
    Ruling rule(UpstreamHead head);
}
