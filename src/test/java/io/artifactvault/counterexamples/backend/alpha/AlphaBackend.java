package io.artifactvault.counterexamples.backend.alpha;

public final class AlphaBackend {}
