package io.artifactvault.counterexamples.admin;

public final class Unmarked {}
