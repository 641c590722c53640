package io.artifactvault.counterexamples.backend;

public final class Vocabulary {}
