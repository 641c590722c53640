/** Whole snapshots: brings them in, keeps them, proves that they are here. Everything here blocks; it runs on threads of its own. */
@NullMarked
package io.artifactvault.snapshot;

import org.jspecify.annotations.NullMarked;
