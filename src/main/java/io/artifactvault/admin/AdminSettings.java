package io.artifactvault.admin;

/** Where the operator's endpoints listen. */
public record AdminSettings(String host, int port) {}
