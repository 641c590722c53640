/** The index of stored responses and their content: entries, pointers, checksums, pins. Only the peeks never block. */
@NullMarked
package io.artifactvault.store.index;

import org.jspecify.annotations.NullMarked;
