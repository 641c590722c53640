package io.artifactvault.counterexamples.store;

public final class StoredThing {}
