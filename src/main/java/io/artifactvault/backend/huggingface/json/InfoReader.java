package io.artifactvault.backend.huggingface.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.artifactvault.backend.huggingface.route.Revision;
import io.artifactvault.http.Fields;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads a response about a repository while it is copied: its commit, and whether the repository is private or gated.
 * The results are stored among the response's fields, where a revalidation finds them again. Confined to one copy.
 */
public final class InfoReader {
    /**
     * An internal field, which clients never receive: {@code files} if every client may read the files, else {@code
     * metadata} if that is open, else {@code none}.
     */
    public static final String OPEN = "X-Vault-Open";

    private final Map<String, String> found = new HashMap<>();

    void read(JsonParser parser, JsonToken token) throws IOException {
        boolean value = token.isScalarValue() && parser.getParsingContext().inObject();
        if (value && parser.getParsingContext().getParent().inRoot()) {
            switch (parser.currentName()) {
                case "sha", "private", "gated", "disabled" -> found.put(parser.currentName(), parser.getText());
                default -> {}
            }
        }
    }

    Fields fields() {
        Fields.Builder fields = Fields.builder();
        String sha = found.getOrDefault("sha", "");
        if (Revision.isCommit(sha)) {
            fields.add("X-Repo-Commit", sha);
        }
        if (found.containsKey("private") && found.containsKey("gated")) {
            fields.add(OPEN, openness());
        }
        return fields.build();
    }

    /**
     * Whether the repository is open. Any value of {@code gated} except "false" means gated: {@code auto}, {@code
     * manual}, and future values.
     */
    private String openness() {
        if (!isFalse("private")) {
            return "none";
        }
        return isFalse("gated") && isFalse("disabled") ? "files" : "metadata";
    }

    private boolean isFalse(String name) {
        return found.getOrDefault(name, "false").equals("false");
    }
}
