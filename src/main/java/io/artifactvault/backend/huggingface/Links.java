package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.huggingface.links.PagingLinks;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import java.util.Optional;
import java.util.function.Function;

/**
 * Replaces the Hub's Link fields with rewritten ones: rewrites that are the same for all requests are done once before
 * the fields are stored, the others for each request.
 */
final class Links {
    private static final String TOKENS = "X-Xet-Refresh-Route";

    private Links() {}

    /** The Link fields without invalid links, as they are stored. The vault's address is inserted for each request. */
    static Fields toKeep(Fields fields) {
        if (!fields.has("Link")) {
            return fields;
        }
        Fields.Builder kept = Fields.builder();
        fields.forEach((name, value) -> {
            if (name.equalsIgnoreCase("Link")) {
                PagingLinks.sound(value).ifPresent(links -> kept.add(name, links));
            } else {
                kept.add(name, value);
            }
        });
        return kept.build();
    }

    static Fields onVault(Fields fields, Hub hub, Request request) {
        PagingLinks links = new PagingLinks(hub.settings().baseUrl(), hub.mount(request));
        return rewritten(fields, links::rewrite);
    }

    /** The Link fields for a client, including the links to Xet, whose tokens clients obtain through the vault. */
    static Fields onVaultWithXet(Fields fields, Hub hub, Request request) {
        PagingLinks links = new PagingLinks(hub.settings().baseUrl(), hub.mount(request));
        Fields rewritten = rewritten(fields, links::rewriteWithXet);
        return rewritten
                .first(TOKENS)
                .map(address -> rewritten.with(TOKENS, links.onVault(address)))
                .orElse(rewritten);
    }

    private static Fields rewritten(Fields fields, Function<String, Optional<String>> rewrite) {
        if (!fields.has("Link")) {
            return fields;
        }
        Fields.Builder rewritten = fields.toBuilder().remove("Link");
        for (String line : fields.all("Link")) {
            rewrite.apply(line).ifPresent(link -> rewritten.add("Link", link));
        }
        return rewritten.build();
    }
}
