package io.artifactvault.backend.huggingface;

import io.artifactvault.http.Request;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * The host name of the dataset viewer: clients of the datasets library put a label before the host of their endpoint
 * (protocol reference §1.7). Pure.
 */
final class DatasetViewer {
    private static final String LABEL = "datasets-server.";
    private static final String SCHEME_END = "://";

    private DatasetViewer() {}

    /** Whether the request is for the dataset viewer. */
    static boolean isFor(Request request) {
        return request.fields()
                .first("Host")
                .orElse("")
                .toLowerCase(Locale.ROOT)
                .startsWith(LABEL);
    }

    /** The host of the endpoint that a client has configured, derived from the one to which it sent the request. */
    static String endpointHost(String host) {
        return host.startsWith(LABEL) ? host.substring(LABEL.length()) : host;
    }

    /** The endpoint that a client has configured, with its scheme, derived from the base URL of the request. */
    static String endpoint(String base) {
        return base.replace(SCHEME_END + LABEL, SCHEME_END);
    }

    /** The viewer that belongs to a Hub at that address; empty for an IP address, which has no subdomains. */
    static Optional<URI> beside(URI hub) {
        return Optional.of(URI.create(hub.toString().replace(SCHEME_END, SCHEME_END + LABEL)))
                .filter(uri -> uri.getHost() != null);
    }
}
