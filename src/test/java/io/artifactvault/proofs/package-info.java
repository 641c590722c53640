/** What the vault promises of its store, tried out on a vault in a process of its own; run by {@code proofs/run}. */
@NullMarked
package io.artifactvault.proofs;

import org.jspecify.annotations.NullMarked;
