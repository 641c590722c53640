package io.artifactvault.backend.registry;

import io.artifactvault.backend.BackendSettings;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * The settings of {@code type: registry}.
 *
 * @param name unique among backends; part of every cache key
 * @param prefix path under which it is mounted, with a slash at both ends
 * @param baseUrl the index
 * @param filesUrl the files that the index lists
 * @param timeout from a request to the head of its answer
 * @param tokenHosts further hosts of token services that may see callers' credentials
 */
record RegistrySettings(String name, String prefix, URI baseUrl, URI filesUrl, Duration timeout, Set<String> tokenHosts)
        implements BackendSettings {
    @Override
    public Map<String, URI> upstreams() {
        return Map.of("base_url", baseUrl, "files_url", filesUrl);
    }
}
