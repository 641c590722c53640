package io.artifactvault.counterexamples.origin;

public final class OriginThing {}
