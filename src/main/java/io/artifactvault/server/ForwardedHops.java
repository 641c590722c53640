package io.artifactvault.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The addresses of senders as recorded by proxies, in the order of the fields: {@code X-Forwarded-For}, or the {@code
 * for} parameters of {@code Forwarded} (RFC 7239). The values are not validated; callers detect those that are not
 * addresses. Each octet is read once.
 */
final class ForwardedHops {
    /** Replaces elements without an address. */
    private static final String UNKNOWN = "unknown";

    private ForwardedHops() {}

    /** The members of X-Forwarded-For. */
    static List<String> ofList(List<String> lines) {
        List<String> hops = new ArrayList<>();
        for (String line : lines) {
            int from = 0;
            for (int comma = line.indexOf(','); comma >= 0; comma = line.indexOf(',', from)) {
                hops.add(line.substring(from, comma).strip());
                from = comma + 1;
            }
            hops.add(line.substring(from).strip());
        }
        return hops;
    }

    /** The {@code for} parameters of Forwarded; an element without one gives an empty text. */
    static List<String> ofForwarded(List<String> lines) {
        List<String> hops = new ArrayList<>();
        lines.forEach(line -> new Elements(line).addTo(hops));
        return hops;
    }

    /** Reads one line of elements from left to right. */
    private static final class Elements {
        private final String line;
        private int at;

        Elements(String line) {
            this.line = line;
        }

        void addTo(List<String> hops) {
            String node = "";
            while (at < line.length()) {
                String name = until('=').toLowerCase(Locale.ROOT);
                boolean hasValue = at < line.length() && line.charAt(at) == '=';
                at += hasValue ? 1 : 0;
                String value = hasValue ? value() : "";
                if (name.equals("for")) {
                    node = node.isEmpty() ? value : UNKNOWN;
                }
                until('\0');
                if (at >= line.length() || line.charAt(at) == ',') {
                    hops.add(node);
                    node = "";
                }
                at++;
            }
        }

        /** The text up to the given character or the end of the pair, without surrounding white space. */
        private String until(char mark) {
            int from = at;
            while (at < line.length() && line.charAt(at) != mark && line.charAt(at) != ',' && line.charAt(at) != ';') {
                at++;
            }
            return line.substring(from, at).strip();
        }

        private String value() {
            if (at >= line.length() || line.charAt(at) != '"') {
                return until('\0');
            }
            StringBuilder value = new StringBuilder();
            for (at++; at < line.length() && line.charAt(at) != '"'; at++) {
                if (line.charAt(at) == '\\' && at + 1 < line.length()) {
                    at++;
                }
                value.append(line.charAt(at));
            }
            boolean closed = at < line.length();
            at = Math.min(at + 1, line.length());
            return closed ? value.toString() : UNKNOWN;
        }
    }
}
