package io.artifactvault.app;

import io.artifactvault.config.ConfigException;
import java.net.URI;

/** What clients have in HF_ENDPOINT, as the command line gives it. */
final class ClientEndpoint {
    private ClientEndpoint() {}

    /**
     * The URL without a slash at its end.
     *
     * @throws ConfigException when it is not an http or https URL without query and fragment
     */
    static URI parse(String given) throws ConfigException {
        if (given.matches("https?://[^/?#\\s]+(/[^?#\\s]*)?")) {
            try {
                URI uri = URI.create(trimmed(given));
                if (uri.getHost() != null) {
                    return uri;
                }
            } catch (IllegalArgumentException e) {
                // said below, in the same words as for what is no URL at all
            }
        }
        throw new ConfigException("The endpoint must be a URL such as http://vault:8080/huggingface, not \"" + given + "\".");
    }

    private static String trimmed(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '/') {
            end--;
        }
        return text.substring(0, end);
    }
}
