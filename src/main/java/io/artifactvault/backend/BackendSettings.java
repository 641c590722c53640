package io.artifactvault.backend;

import java.net.URI;
import java.time.Duration;

/** What every configured backend has, whatever its type; each type has a record of its own. */
public interface BackendSettings {
    /** Unique among backends; part of every cache key. */
    String name();

    /** Path under which it is mounted, with a slash at both ends. */
    String prefix();

    /** The upstream itself, without a slash at its end. */
    URI baseUrl();

    /** From a request to the head of its answer. */
    Duration timeout();

    /** The backend that these settings describe. */
    Backend open();
}
