package io.artifactvault.backend;

import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * An ecosystem behind a path prefix. Identifies for the cache which resource a request asks for; never performs I/O, so
 * the server calls it on event loops.
 */
public interface Backend {
    /** Unique among the configured backends; part of every cache key. */
    String name();

    /** The path under which it is mounted, with a slash at both ends. */
    String prefix();

    /** Host names, in lower case, under which it is mounted exclusively; empty for every name. */
    default List<String> hosts() {
        return List.of();
    }

    /**
     * Whether a host name selects this backend, and not one that is mounted under every name.
     *
     * @param host in lower case, without a port
     */
    default boolean isNamed(String host) {
        return hosts().contains(host);
    }

    /** Whether the query of a target selects this backend, for a mount of {@link Mount.Selector#QUERY}. */
    default boolean isNamedBy(Target target) {
        return false;
    }

    /** Every place at which clients reach it. */
    default List<Mount> mounts() {
        return List.of(new Mount(hosts().isEmpty() ? Mount.Selector.PATH : Mount.Selector.HOST, prefix()));
    }

    /** Whether requests with that method are accepted; if not, the client gets 405. */
    default boolean accepts(String method) {
        return METHODS.contains(method);
    }

    /** The methods that ecosystems use. */
    Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    /** Whether the vault answers CORS preflights by itself; if not, OPTIONS is resolved like any other method. */
    default boolean answersPreflights() {
        return true;
    }

    /** The origins of web pages that may read its responses. */
    default CorsOrigins corsOrigins() {
        return CorsOrigins.any();
    }

    /** The fields that let every web page read a response, before {@link #corsOrigins} restricts that. */
    default Fields readable() {
        return CorsOrigins.READABLE;
    }

    /** The format of the vault's errors for its clients. */
    default ErrorFormat errors() {
        return ErrorFormat.JSON;
    }

    /** The resource that the request asks for; its target still carries the prefix. */
    Resolution resolve(Request request);

    /**
     * The same for a request that arrived at one of several mounts.
     *
     * @param mount one of {@link #mounts}
     */
    default Resolution resolve(Request request, Mount mount) {
        return resolve(request);
    }

    /** What it counts for operators; the list never changes. */
    default List<Counter> counters() {
        return List.of();
    }

    /** How to fetch whole snapshots; empty if its content does not come in snapshots. */
    default Optional<Snapshots> snapshots() {
        return Optional.empty();
    }

    /** How to read lists of files that operators send; empty if there are none. */
    default Optional<FileLists> fileLists() {
        return Optional.empty();
    }

    /**
     * Something that a backend counts for operators.
     *
     * @param name in words with dots, such as {@code vault.pypi.pages.refused}; the same for all backends of a type
     * @param description in one line
     * @param value since startup; never blocks, safe for use by many threads
     */
    record Counter(String name, String description, LongSupplier value) {}
}
