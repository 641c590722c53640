package io.artifactvault.backend.pypi.dist;

import io.artifactvault.http.Scan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A version in the sense of PEP 440: equal to every other spelling of it, so that {@code v1.0.0-1} equals
 * {@code 1.0.post1}. A text that is no such version equals only its own spellings in another case or with other
 * separators. Immutable.
 *
 * @param release everything but the local part, in one form for all spellings; not meant for readers
 * @param local the local part after the plus sign, in one form for all spellings; empty if there is none
 */
public record Version(String release, Optional<String> local) {
    /** Reads a version in any spelling. */
    public static Version of(String spelled) {
        String text = spelled.strip().toLowerCase(Locale.ROOT);
        int plus = text.indexOf('+');
        String main = plus < 0 ? text : text.substring(0, plus);
        Optional<String> local = plus < 0 ? Optional.empty() : Optional.of(local(text.substring(plus + 1)));
        return new Version(new Reader(main).release().orElseGet(() -> separated(main)), local);
    }

    /**
     * Whether {@code ==} of a version specifier accepts this version: a specified version without a local part accepts
     * every local part.
     */
    public boolean matches(Version specified) {
        return release.equals(specified.release) && (specified.local.isEmpty() || specified.local.equals(local));
    }

    /** Segments of digits only are numbers. */
    private static String local(String text) {
        String dots = separated(text);
        StringBuilder local = new StringBuilder();
        int at = 0;
        for (int end = dots.indexOf('.'); end >= 0; end = dots.indexOf('.', at)) {
            local.append(segment(dots.substring(at, end))).append('.');
            at = end + 1;
        }
        return local.append(segment(dots.substring(at))).toString();
    }

    private static String segment(String text) {
        return Scan.isMadeOf(text, Scan::isDigit) ? Scan.significant(text) : text;
    }

    private static String separated(String text) {
        return text.replace('-', '.').replace('_', '.');
    }

    /** Reads {@code [v][N!]N(.N)*[{a|b|rc}N][.postN][.devN]} in all spellings, from left to right. */
    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        /** Empty if the text is no version. */
        Optional<String> release() {
            at = text.startsWith("v") ? 1 : 0;
            Optional<String> first = number();
            if (first.isEmpty()) {
                return Optional.empty();
            }
            String epoch = "0";
            if (next('!')) {
                epoch = first.get();
                first = number();
            }
            List<String> numbers = new ArrayList<>();
            first.ifPresent(numbers::add);
            while (first.isPresent() && at + 1 < text.length() && text.charAt(at) == '.' && isDigit(at + 1)) {
                at++;
                numbers.add(number().orElseThrow());
            }
            // 1.0 and 1.0.0 are one version.
            while (numbers.size() > 1 && numbers.getLast().equals("0")) {
                numbers.removeLast();
            }
            String suffixes = pre() + post() + dev();
            return numbers.isEmpty() || at < text.length()
                    ? Optional.empty()
                    : Optional.of(epoch + "!" + String.join(".", numbers) + suffixes);
        }

        private String pre() {
            for (String word : List.of("alpha", "beta", "preview", "pre", "rc", "a", "b", "c")) {
                Optional<String> number = word(word);
                if (number.isPresent()) {
                    String letter = word.startsWith("a") || word.startsWith("b") ? word.substring(0, 1) : "rc";
                    return letter + number.get();
                }
            }
            return "";
        }

        /** A hyphen and a number alone mean the same; in the names of wheels it is an underscore. */
        private String post() {
            boolean hyphen = at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '_');
            if (hyphen && isDigit(at + 1)) {
                at++;
                return ".post" + number().orElseThrow();
            }
            for (String word : List.of("post", "rev", "r")) {
                Optional<String> number = word(word);
                if (number.isPresent()) {
                    return ".post" + number.get();
                }
            }
            return "";
        }

        private String dev() {
            return word("dev").map(number -> ".dev" + number).orElse("");
        }

        /** The number after a word, 0 if there is none; empty if the word does not follow. */
        private Optional<String> word(String word) {
            int start = isSeparator(at) ? at + 1 : at;
            if (!text.startsWith(word, start)) {
                return Optional.empty();
            }
            int end = start + word.length();
            at = isSeparator(end) && isDigit(end + 1) ? end + 1 : end;
            return Optional.of(number().orElse("0"));
        }

        private Optional<String> number() {
            int end = Scan.skip(text, at, Scan::isDigit);
            if (end == at) {
                return Optional.empty();
            }
            String digits = text.substring(at, end);
            at = end;
            return Optional.of(Scan.significant(digits));
        }

        private boolean next(char c) {
            boolean here = at < text.length() && text.charAt(at) == c;
            at += here ? 1 : 0;
            return here;
        }

        private boolean isDigit(int index) {
            return index < text.length() && Scan.isDigit(text.charAt(index));
        }

        private boolean isSeparator(int index) {
            return index < text.length() && "-_.".indexOf(text.charAt(index)) >= 0;
        }
    }
}
