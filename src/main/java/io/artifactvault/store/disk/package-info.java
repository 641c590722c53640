/**
 * Files and folders: the layout of the cache folder, its lock, and the limits that keep the disk from filling up. May
 * block.
 */
@NullMarked
package io.artifactvault.store.disk;

import org.jspecify.annotations.NullMarked;
