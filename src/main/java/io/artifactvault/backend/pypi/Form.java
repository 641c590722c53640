package io.artifactvault.backend.pypi;

import io.artifactvault.http.CommaList;
import io.artifactvault.http.Fields;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The forms in which an index page is sent, chosen by Accept (PEP 691, RFC 9110 §12.5.1). */
enum Form {
    JSON("application/vnd.pypi.simple.v1+json", "application/vnd.pypi.simple.latest+json"),
    HTML("application/vnd.pypi.simple.v1+html", "application/vnd.pypi.simple.latest+html"),
    /** The same HTML under its old media type. */
    TEXT_HTML("text/html", "text/html");

    /** What upstream is asked for: JSON, or else HTML. */
    static final String ACCEPT = JSON.mediaType + ", " + HTML.mediaType + ";q=0.2, text/html;q=0.01";

    private static final int LONGEST_WEIGHT = 5;

    private final String mediaType;
    private final String latest;

    Form(String mediaType, String latest) {
        this.mediaType = mediaType;
        this.latest = latest;
    }

    boolean isJson() {
        return this == JSON;
    }

    String contentType() {
        return this == TEXT_HTML ? mediaType + "; charset=utf-8" : mediaType;
    }

    /** The form of a page with that Content-Type; empty for anything else. */
    static Optional<Form> ofContentType(Fields fields) {
        String type = fields.first("Content-Type").map(Form::type).orElse("");
        for (Form form : values()) {
            if (form.mediaType.equals(type)) {
                return Optional.of(form);
            }
        }
        return Optional.empty();
    }

    /**
     * The form for a client: of those that it accepts the one with the highest weight, HTML if it states no preference.
     * Empty if it accepts none.
     *
     * @param asked the parameter {@code format} of the query, which takes precedence
     */
    static Optional<Form> negotiated(Fields fields, Optional<String> asked) {
        Optional<String> accept = asked.or(() -> fields.joined("Accept"));
        if (accept.isEmpty()) {
            return Optional.of(TEXT_HTML);
        }
        List<Range> ranges =
                CommaList.members(accept.get()).stream().map(Range::parse).toList();
        Optional<Form> best = Optional.empty();
        double highest = 0;
        // Of equal weights the first wins: a client that accepts anything reads HTML.
        for (Form form : List.of(TEXT_HTML, JSON, HTML)) {
            double weight = weight(form, ranges);
            if (weight > highest) {
                highest = weight;
                best = Optional.of(form);
            }
        }
        return best;
    }

    /** The most specific range determines the weight. */
    private static double weight(Form form, List<Range> ranges) {
        int precision = -1;
        double weight = 0;
        for (Range range : ranges) {
            int matches = range.precision(form);
            if (matches > precision) {
                precision = matches;
                weight = range.weight();
            }
        }
        return weight;
    }

    private record Range(String type, double weight) {
        static Range parse(String member) {
            String type = Form.type(member);
            double weight = 1;
            for (String parameter : member.split(";", -1)) {
                String text = CommaList.stripped(parameter).toLowerCase(Locale.ROOT);
                if (text.startsWith("q=")) {
                    weight = weight(text.substring(2));
                }
            }
            return new Range(type, weight);
        }

        /** {@code 0} to {@code 1} with up to three decimals; anything else counts as 0. */
        private static double weight(String text) {
            boolean number = text.length() <= LONGEST_WEIGHT
                    && !text.isEmpty()
                    && text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.')
                    && text.chars().filter(c -> c == '.').count() <= 1
                    && !text.equals(".");
            return number ? Math.min(1, Double.parseDouble(text)) : 0;
        }

        /** How precisely the range names the form; negative if it does not match. */
        int precision(Form form) {
            if (type.equals(form.mediaType) || type.equals(form.latest)) {
                return 2;
            }
            int slash = form.mediaType.indexOf('/');
            if (type.equals(form.mediaType.substring(0, slash) + "/*")) {
                return 1;
            }
            return type.equals("*/*") ? 0 : -1;
        }
    }

    private static String type(String value) {
        int end = value.indexOf(';');
        return CommaList.stripped(end < 0 ? value : value.substring(0, end)).toLowerCase(Locale.ROOT);
    }
}
