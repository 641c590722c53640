package io.artifactvault.counterexamples.cache;

public final class Engine {}
