/** Work in progress: tasks, places of fills, and the single-flight table in which equal requests meet. */
@NullMarked
package io.artifactvault.cache.work;

import org.jspecify.annotations.NullMarked;
