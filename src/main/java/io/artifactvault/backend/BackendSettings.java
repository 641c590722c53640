package io.artifactvault.backend;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The settings that every configured backend has, regardless of its type; each type has its own record. */
public interface BackendSettings {
    /** Unique among backends; part of every cache key. */
    String name();

    /** Path under which it is mounted, with a slash at both ends. */
    String prefix();

    /** Host names, in lower case, under which alone clients find it; under every name when there are none. */
    default List<String> hosts() {
        return List.of();
    }

    /** The upstream itself, without a slash at its end. */
    URI baseUrl();

    /** All upstreams of the operator's choice by their names, such as an index and the files that it lists, at another host. */
    default Map<String, URI> upstreams() {
        return Map.of("base_url", baseUrl());
    }

    /** From a request to the head of its answer. */
    Duration timeout();

    /** Limits towards upstream, and mirrors of it. */
    default SourceSettings source() {
        return SourceSettings.UNLIMITED;
    }

    /** The environment variable from which its clients take the vault's address; empty when there is none. */
    default String endpointVariable() {
        return "";
    }

    /** Whether every client acts with the backend's own token, so that all it may read is open to all clients. */
    default boolean lendsItsToken() {
        return false;
    }

    /** How to check at the start whether upstream accepts the backend's own token; empty when it has none. */
    default Optional<TokenProbe> tokenProbe() {
        return Optional.empty();
    }

    /**
     * The backend that these settings describe.
     *
     * @param clock for what it lets end by itself, such as signed links
     */
    Backend open(InstantSource clock);
}
