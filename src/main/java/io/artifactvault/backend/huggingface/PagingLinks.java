package io.artifactvault.backend.huggingface;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewrites the Hub's Link fields so that clients, which follow them verbatim and with their token, stay on the vault (R8).
 * Scheme, host and mount change; path and query stay byte for byte; hub.js needs the space after the semicolon.
 */
final class PagingLinks {
    private static final Pattern LINK = Pattern.compile("<([^>]*)>\\s*;\\s*([^,<]*)");

    private final URI upstreamBase;
    private final String mount;

    /** Takes the vault's own base with the mount, such as {@code http://vault:8080/huggingface/}. */
    PagingLinks(URI upstreamBase, String mount) {
        this.upstreamBase = upstreamBase;
        this.mount = mount;
    }

    /** The field's value for the client; empty when no link is left. */
    Optional<String> rewrite(String field) {
        List<String> links = new ArrayList<>();
        Matcher matcher = LINK.matcher(field);
        while (matcher.find()) {
            String parameters = matcher.group(2).strip();
            if (!parameters.contains("xet-")) {
                links.add("<" + onVault(matcher.group(1)) + ">; " + parameters);
            }
        }
        return links.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", links));
    }

    private String onVault(String link) {
        String target = link.replaceFirst("^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*", "");
        String basePath = upstreamBase.getRawPath();
        if (!basePath.isEmpty() && target.startsWith(basePath + "/")) {
            target = target.substring(basePath.length());
        }
        return mount + target.replaceFirst("^/+", "");
    }
}
