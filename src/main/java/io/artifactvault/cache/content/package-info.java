/** Readable content, complete or still growing: progress, bodies and pipes. The lowest package of the cache. */
@NullMarked
package io.artifactvault.cache.content;

import org.jspecify.annotations.NullMarked;
