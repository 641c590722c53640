package io.artifactvault.backend.example;

import io.artifactvault.backend.BackendSettings;
import java.net.URI;
import java.time.Duration;

/**
 * The settings of {@code type: blobs}: a server that gives content by its sha256, at {@code <base_url>/<64 hex digits>}.
 *
 * @param name unique among backends; part of every cache key
 * @param prefix path under which it is mounted, with a slash at both ends
 * @param baseUrl the server, without a slash at its end
 * @param timeout from a request to the head of its response
 * @param negativeTtl how long "not found" may be reused
 */
record BlobsSettings(String name, String prefix, URI baseUrl, Duration timeout, Duration negativeTtl)
        implements BackendSettings {}
