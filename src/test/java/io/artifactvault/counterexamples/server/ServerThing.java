package io.artifactvault.counterexamples.server;

public final class ServerThing {}
