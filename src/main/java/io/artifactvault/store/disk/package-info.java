/**
 * Files and folders: the layout of the cache folder, its lock, and the bounds that keep a disk from filling up. May
 * block.
 */
@NullMarked
package io.artifactvault.store.disk;

import org.jspecify.annotations.NullMarked;
