package io.artifactvault.foreign;

import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What the meter must notice: work in loops, in searches, and in copies. */
public final class QuadraticParsers implements Supplier<Map<String, Consumer<String>>> {
    @Override
    public Map<String, Consumer<String>> get() {
        return Map.of(
                "loops", QuadraticParsers::loops,
                "searches", QuadraticParsers::searches,
                "copies", QuadraticParsers::copies);
    }

    private static void loops(String text) {
        int found = 0;
        for (int i = 0; i < text.length(); i += 64) {
            for (int j = i; j < text.length(); j++) {
                found += text.charAt(j) == '>' ? 1 : 0;
            }
        }
        assert found == 0;
    }

    private static void searches(String text) {
        for (int at = text.indexOf('<'); at >= 0 && text.indexOf('>', at) < 0; at = text.indexOf('<', at + 1)) {
            // A link that does not end.
        }
    }

    private static void copies(String text) {
        String rest = text;
        while (rest.startsWith("<")) {
            rest = rest.substring(1);
        }
    }
}
