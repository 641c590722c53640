package io.artifactvault.backend;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** What every configured backend has, whatever its type; each type has a record of its own. */
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

    /** From a request to the head of its answer. */
    Duration timeout();

    /** Limits towards upstream, and mirrors of it. */
    default SourceSettings source() {
        return SourceSettings.UNLIMITED;
    }

    /**
     * The backend that these settings describe.
     *
     * @param clock for what it lets end by itself, such as signed links
     */
    Backend open(InstantSource clock);
}
