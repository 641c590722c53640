package io.artifactvault.backend;

import java.util.Optional;

/**
 * An address to listen on.
 *
 * @param host empty for the address of the clients' listener
 * @param port 0 for any free one
 */
public record ListenAddress(Optional<String> host, int port) {}
