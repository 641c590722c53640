/**
 * Attacks on a vault by its clients and by its origins: load generators on loopback, which the proofs {@code fairness} and
 * {@code budget} start. Depends on nothing of the other proofs.
 */
@NullMarked
package io.artifactvault.proofs.attack;

import org.jspecify.annotations.NullMarked;
