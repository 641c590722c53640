package io.artifactvault.app;

import java.util.Map;

/**
 * What one check of a running vault showed.
 *
 * @param detail what was seen, and what to do about it where it is wrong
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
