package io.artifactvault.counterexamples.backend.alpha;

public record AlphaSettings(String name) {}
