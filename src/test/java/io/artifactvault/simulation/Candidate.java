package io.artifactvault.simulation;

/** A cache that chooses what to give up. Confined to one thread. */
interface Candidate {
    /** Whether the file was here; it may be afterwards in any case. */
    boolean access(Access access);
}
