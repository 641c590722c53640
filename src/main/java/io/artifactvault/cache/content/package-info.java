/** Content that can be read, complete or still growing: progress, bodies, pipes. The lowest room of the cache. */
@NullMarked
package io.artifactvault.cache.content;

import org.jspecify.annotations.NullMarked;
