/** A body on its way to disk: segments, parallel ranges, checks, and the bypass of a disk that fails. */
@NullMarked
package io.artifactvault.cache.fill;

import org.jspecify.annotations.NullMarked;
