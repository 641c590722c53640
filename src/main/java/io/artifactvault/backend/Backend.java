package io.artifactvault.backend;

import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An ecosystem behind a path prefix. Identifies for the cache which resource a request asks for; never performs I/O, so
 * the server calls it on event loops.
 */
public interface Backend {
    /** Unique among the configured backends; part of every cache key. */
    String name();

    /** Where it is mounted, with a slash at both ends. */
    String prefix();

    /** Host names, in lower case, under which alone it is mounted; under every name when there are none. */
    default List<String> hosts() {
        return List.of();
    }

    /**
     * Whether clients mean this backend by a host name, and not one that is mounted under every name.
     *
     * @param host in lower case, without a port
     */
    default boolean isNamed(String host) {
        return hosts().contains(host);
    }

    /** Whether requests of that method are taken at all; else the client gets 405. */
    default boolean accepts(String method) {
        return METHODS.contains(method);
    }

    /** What ecosystems are asked with. */
    Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    /** Whether the vault answers browsers' CORS preflights by itself; else OPTIONS is resolved like any other method. */
    default boolean answersPreflights() {
        return true;
    }

    /** Which web pages may read its answers. */
    default CorsOrigins corsOrigins() {
        return CorsOrigins.any();
    }

    /** The fields that let every web page read an answer, before {@link #corsOrigins} narrows that. */
    default Fields readable() {
        return CorsOrigins.READABLE;
    }

    /** How errors of the vault read to its clients. */
    default ErrorFormat errors() {
        return ErrorFormat.JSON;
    }

    /** What the request asks for; its target still carries the prefix. */
    Resolution resolve(Request request);

    /** How its snapshots are had as a whole; empty when its content does not come in snapshots. */
    default Optional<Snapshots> snapshots() {
        return Optional.empty();
    }
}
