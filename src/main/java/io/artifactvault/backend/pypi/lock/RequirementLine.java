package io.artifactvault.backend.pypi.lock;

import io.artifactvault.http.Scan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A line of requirements, with its continuations and without comments.
 *
 * @param file the name of the file
 * @param number of its first line, from 1
 * @param text without space around it; not empty
 */
record RequirementLine(String file, int number, String text) {
    private static final List<String> INCLUDES = List.of("-r", "--requirement");

    /** The lines that say something. */
    static List<RequirementLine> of(String file, String content) {
        List<RequirementLine> lines = new ArrayList<>();
        StringBuilder joined = new StringBuilder();
        int begin = 1;
        int number = 0;
        for (String raw : content.lines().toList()) {
            number++;
            String line = withoutComment(raw);
            if (joined.isEmpty()) {
                begin = number;
            }
            boolean continues = line.endsWith("\\");
            joined.append(continues ? line.substring(0, line.length() - 1) : line);
            if (continues) {
                joined.append(' ');
                continue;
            }
            add(lines, file, begin, joined);
        }
        add(lines, file, begin, joined);
        return lines;
    }

    private static void add(List<RequirementLine> lines, String file, int number, StringBuilder joined) {
        String text = joined.toString().strip();
        if (!text.isEmpty()) {
            lines.add(new RequirementLine(file, number, text));
        }
        joined.setLength(0);
    }

    /** A comment begins the line, or follows a space. */
    private static String withoutComment(String line) {
        for (int hash = line.indexOf('#'); hash >= 0; hash = line.indexOf('#', hash + 1)) {
            if (hash == 0 || Scan.isSpace(line.charAt(hash - 1))) {
                return line.substring(0, hash).strip();
            }
        }
        return line.stripTrailing();
    }

    boolean isOption() {
        return text.startsWith("-");
    }

    /** The option's name; the whole text if it has no value. */
    String option() {
        return text.substring(0, Scan.skip(text, 0, c -> !Scan.isSpace(c) && c != '='));
    }

    /** The option's value, without quotes; empty if it has none. */
    String value() {
        String rest = text.substring(option().length()).strip();
        String value = rest.startsWith("=") ? rest.substring(1).strip() : rest;
        boolean quoted = value.length() >= 2
                && (value.startsWith("\"") || value.startsWith("'"))
                && value.charAt(0) == value.charAt(value.length() - 1);
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    /** The file that this line includes, as it names it. */
    Optional<String> include() {
        if (isOption() && INCLUDES.contains(option())) {
            return Optional.of(value());
        }
        boolean attached = text.startsWith("-r") && text.length() > 2;
        return attached ? Optional.of(text.substring(2).strip()) : Optional.empty();
    }

    /** Such as {@code requirements.txt, line 3}. */
    String where() {
        return file + ", line " + number;
    }

    IllegalArgumentException wrong(String sentence) {
        return new IllegalArgumentException(where() + ": " + sentence);
    }
}
