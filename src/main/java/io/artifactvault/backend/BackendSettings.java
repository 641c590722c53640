package io.artifactvault.backend;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The settings that every configured backend has, regardless of its type. Each type has a record of its own; {@link
 * BackendType} makes the backend of it.
 */
public interface BackendSettings {
    /** Unique among backends; part of every cache key. */
    String name();

    /** Path under which it is mounted, with a slash at both ends. */
    String prefix();

    /** Host names, in lower case, that select it; empty for none. */
    default List<String> hosts() {
        return List.of();
    }

    /** Whether clients find it under every host name at its prefix; by default only if it has no {@link #hosts}. */
    default boolean isUnderEveryHost() {
        return hosts().isEmpty();
    }

    /** The path under which it is mounted at its {@link #hosts}, with a slash at both ends. */
    default String hostPrefix() {
        return prefix();
    }

    /** Whether backends with a longer prefix may be mounted below {@link #prefix}; they come first. */
    default boolean isBehindOthers() {
        return prefix().equals("/");
    }

    /** The listener of its own, at which it is mounted in addition; empty if it has none. */
    default Optional<ListenAddress> listen() {
        return Optional.empty();
    }

    /** The values by which queries name it ({@link Backend#isNamedBy}), in lower case. */
    default Set<String> queryNames() {
        return Set.of();
    }

    /** The upstream itself, without a trailing slash. */
    URI baseUrl();

    /**
     * All upstreams that the operator configured, by their names, such as an index and the files on another host that
     * it lists.
     */
    default Map<String, URI> upstreams() {
        return Map.of("base_url", baseUrl());
    }

    /** The maximum time from a request to the head of its response. */
    Duration timeout();

    /** Limits on connections and bandwidth towards upstream, and its mirrors. */
    default SourceSettings source() {
        return SourceSettings.UNLIMITED;
    }

    /** The environment variable from which its clients read the vault's address; empty if there is none. */
    default String endpointVariable() {
        return "";
    }

    /** The path below the mount at which that variable's address ends, with a slash at its end; empty for none. */
    default String endpointPath() {
        return "";
    }

    /**
     * The name of the setting that makes the vault send the backend's own credential for its clients, so that all
     * clients may read everything that this credential may read; empty if no such setting is on.
     */
    default Optional<String> lentBy() {
        return Optional.empty();
    }

    /** How to check at startup whether upstream accepts the backend's own token; empty if it has none. */
    default Optional<TokenProbe> tokenProbe() {
        return Optional.empty();
    }

    /**
     * An address to listen on.
     *
     * @param host empty for the address of the clients' listener
     * @param port 0 for any free one
     */
    record ListenAddress(Optional<String> host, int port) {}
}
