package io.artifactvault.backend.huggingface;

import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;

/** Puts rewritten Link fields in the place of the Hub's. */
final class Links {
    private Links() {}

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
