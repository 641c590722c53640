/**
 * One fetch: rules decide what happens to a response, and {@code Fetch} carries them out, for ecosystems and for plain
 * HTTP.
 */
@NullMarked
package io.artifactvault.cache.fetch;

import org.jspecify.annotations.NullMarked;
