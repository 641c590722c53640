/**
 * The index of stored responses and their content: entries, pointers, checksums, pins. Every method may block, except
 * the peeks.
 */
@NullMarked
package io.artifactvault.store.index;

import org.jspecify.annotations.NullMarked;
