/**
 * One fetch: rules decide what becomes of a response, and {@code Fetch} obeys them, for ecosystems and for plain
 * HTTP.
 */
@NullMarked
package io.artifactvault.cache.fetch;

import org.jspecify.annotations.NullMarked;
