/**
 * Finds the stored responses for a request, selects a variant, and decides how to handle the request. Decisions are
 * pure.
 */
@NullMarked
package io.artifactvault.cache.lookup;

import org.jspecify.annotations.NullMarked;
