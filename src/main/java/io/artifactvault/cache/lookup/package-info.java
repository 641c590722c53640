/** What is stored for a request, which variant it selects, and what to do about it. Decisions are pure. */
@NullMarked
package io.artifactvault.cache.lookup;

import org.jspecify.annotations.NullMarked;
