package io.artifactvault.counterexamples.store;

/** A part of a settings record. */
public enum StoreChoice {
    ONE
}
