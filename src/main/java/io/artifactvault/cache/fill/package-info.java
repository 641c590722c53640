/** Writing a body to disk: segments, parallel ranges, checks, and the bypass of a failing disk. */
@NullMarked
package io.artifactvault.cache.fill;

import org.jspecify.annotations.NullMarked;
