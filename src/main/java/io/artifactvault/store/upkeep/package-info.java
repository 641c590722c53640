/**
 * Maintenance of the store: eviction, scrubbing, verification, adoption of orphans, and the watch over the cache
 * folder.
 */
@NullMarked
package io.artifactvault.store.upkeep;

import org.jspecify.annotations.NullMarked;
