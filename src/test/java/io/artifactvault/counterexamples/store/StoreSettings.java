package io.artifactvault.counterexamples.store;

public record StoreSettings(StoreChoice choice) {}
