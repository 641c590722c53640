package io.artifactvault.app;

import java.util.Map;

/**
 * The result of one check of a running vault.
 *
 * @param detail the observation, and the remedy if it shows an error
 */
public record CheckFinding(String name, boolean passed, String detail) {
    static CheckFinding good(String name, String detail) {
        return new CheckFinding(name, true, detail);
    }

    static CheckFinding bad(String name, String detail) {
        return new CheckFinding(name, false, detail);
    }

    public Map<String, Object> json() {
        return Map.of("name", name, "passed", passed, "detail", detail);
    }
}
