package io.artifactvault.backend.huggingface.links;

import io.artifactvault.http.LinkField;
import io.artifactvault.http.Scan;
import io.artifactvault.http.Target;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Rewrites the Hub's Link fields so that clients, which follow them verbatim and with their token, stay on the vault.
 * Scheme, host and mount change; path and query remain byte for byte; hub.js requires the space after the semicolon.
 */
public final class PagingLinks {
    private final URI upstreamBase;
    private final String mount;

    /**
     * Creates a rewriter for the vault's own base URL with the mount, such as {@code http://vault:8080/huggingface/}.
     */
    public PagingLinks(URI upstreamBase, String mount) {
        this.upstreamBase = upstreamBase;
        this.mount = mount;
    }

    /**
     * The field's value without invalid links, links to Xet, and links that are too long for a request target; empty if
     * none is left.
     */
    public static Optional<String> sound(String field) {
        return joined(field, PagingLinks::isNoXet, LinkField::target);
    }

    /** The field's value for the client; empty if no link is left. */
    public Optional<String> rewrite(String field) {
        return joined(field, PagingLinks::isNoXet, this::onVault);
    }

    /**
     * The field's value for the client, including links to Xet: clients obtain tokens through the vault, and contact
     * the storage to which the Hub directs them.
     */
    public Optional<String> rewriteWithXet(String field) {
        return joined(field, _ -> true, link -> isNoXet(link) || isForTokens(link) ? onVault(link) : link.target());
    }

    private static boolean isNoXet(LinkField link) {
        return !link.parameters().contains("xet-");
    }

    private static boolean isForTokens(LinkField link) {
        return link.parameters().contains("xet-auth");
    }

    private static Optional<String> joined(
            String field, Predicate<LinkField> kept, Function<LinkField, String> target) {
        List<String> links = LinkField.parse(field).stream()
                .filter(link -> link.target().length() <= Target.MOST_CHARACTERS)
                .filter(kept)
                .map(link -> "<" + target.apply(link) + ">; " + link.parameters())
                .toList();
        return links.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", links));
    }

    /** The vault's address for the Hub's address. */
    public String onVault(String address) {
        return onVault(new LinkField(address, ""));
    }

    private String onVault(LinkField link) {
        String target = link.withoutOrigin();
        String basePath = upstreamBase.getRawPath();
        if (!basePath.isEmpty() && target.startsWith(basePath + "/")) {
            target = target.substring(basePath.length());
        }
        return mount + Scan.withoutLeading(target, '/');
    }
}
