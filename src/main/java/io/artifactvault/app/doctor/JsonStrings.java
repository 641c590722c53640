package io.artifactvault.app.doctor;

import io.artifactvault.http.Scan;
import java.util.ArrayList;
import java.util.List;

/** Finds strings by their name in JSON that may be truncated. Pure; in one pass. */
final class JsonStrings {
    private JsonStrings() {}

    /** The values of {@code "name": "value"}, in order; those with escapes are skipped. */
    static List<String> named(String name, String json) {
        List<String> values = new ArrayList<>();
        String quoted = '"' + name + '"';
        for (int at = json.indexOf(quoted); at >= 0; at = json.indexOf(quoted, at + quoted.length())) {
            int colon = Scan.skip(json, at + quoted.length(), Character::isWhitespace);
            int open =
                    json.startsWith(":", colon) ? Scan.skip(json, colon + 1, Character::isWhitespace) : json.length();
            int close = json.startsWith("\"", open) ? json.indexOf('"', open + 1) : -1;
            if (close > 0 && json.substring(open + 1, close).indexOf('\\') < 0) {
                values.add(json.substring(open + 1, close));
            }
        }
        return values;
    }
}
