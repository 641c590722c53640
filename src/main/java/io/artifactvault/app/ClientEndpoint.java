package io.artifactvault.app;

import io.artifactvault.config.ConfigException;
import io.artifactvault.http.Scan;
import java.net.URI;

/** The value of HF_ENDPOINT for clients, as given on the command line. */
public final class ClientEndpoint {
    private ClientEndpoint() {}

    /**
     * The URL without a slash at its end.
     *
     * @throws ConfigException when it is not an http or https URL without query and fragment
     */
    public static URI parse(String given) throws ConfigException {
        try {
            URI uri = URI.create(Scan.withoutTrailing(given, '/'));
            if (isHttp(uri) && uri.getHost() != null && uri.getRawQuery() == null && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Reported below, with the same message as another scheme.
        }
        throw new ConfigException(
                "The endpoint must be a URL such as http://vault:8080/huggingface, not \"" + given + "\".");
    }

    private static boolean isHttp(URI uri) {
        return "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    }
}
