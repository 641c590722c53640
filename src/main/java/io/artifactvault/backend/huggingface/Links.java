package io.artifactvault.backend.huggingface;

import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;

/** Puts rewritten Link fields in the place of the Hub's: what can be done once before they are kept, and the rest for each request. */
final class Links {
    private Links() {}

    /** The links that clients may follow, and nothing that is none; where the vault is, the request says. */
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

    static Fields onVault(Fields fields, Hub hub, Request asked) {
        if (!fields.has("Link")) {
            return fields;
        }
        PagingLinks links = new PagingLinks(hub.settings().baseUrl(), hub.mount(asked));
        Fields.Builder rewritten = fields.toBuilder().remove("Link");
        for (String line : fields.all("Link")) {
            links.rewrite(line).ifPresent(link -> rewritten.add("Link", link));
        }
        return rewritten.build();
    }
}
