package io.artifactvault.backend.pypi;

import io.artifactvault.http.AcceptField;
import io.artifactvault.http.CommaList;
import io.artifactvault.http.Fields;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The forms in which an index page is sent, chosen by Accept (PEP 691, RFC 9110 §12.5.1). */
enum Form {
    /** First, because a client that accepts anything reads HTML. */
    TEXT_HTML("text/html", "text/html"),
    JSON("application/vnd.pypi.simple.v1+json", "application/vnd.pypi.simple.latest+json"),
    /** The same HTML under its own media type. */
    HTML("application/vnd.pypi.simple.v1+html", "application/vnd.pypi.simple.latest+html");

    /** What upstream is asked for: JSON, or else HTML. */
    static final String ACCEPT = JSON.mediaType + ", " + HTML.mediaType + ";q=0.2, text/html;q=0.01";

    private static final List<String> OFFERED = Stream.of(values())
            .flatMap(form -> Stream.of(form.mediaType, form.latest))
            .distinct()
            .toList();

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

    /** The fields of content in this form. What an index writes must not act as a page of the vault. */
    Fields fields() {
        return isJson()
                ? Fields.of("Content-Type", contentType())
                : Fields.of(
                        "Content-Type",
                        contentType(),
                        "Content-Security-Policy",
                        "default-src 'none'; sandbox",
                        "X-Content-Type-Options",
                        "nosniff");
    }

    /** The form of a page with that Content-Type; empty for anything else. */
    static Optional<Form> ofContentType(Fields fields) {
        String value = fields.first("Content-Type").orElse("");
        int end = value.indexOf(';');
        String type =
                CommaList.stripped(end < 0 ? value : value.substring(0, end)).toLowerCase(Locale.ROOT);
        return Stream.of(values()).filter(form -> form.mediaType.equals(type)).findFirst();
    }

    /**
     * The form that a client prefers, HTML if it states no preference; empty if it accepts none.
     *
     * @param asked the parameter {@code format} of the query, which takes precedence over Accept
     */
    static Optional<Form> negotiated(Fields fields, Optional<String> asked) {
        Fields wanted = asked.map(format -> Fields.of("Accept", format)).orElse(fields);
        return AcceptField.of(wanted).preferred(OFFERED).flatMap(Form::named);
    }

    private static Optional<Form> named(String type) {
        return Stream.of(values())
                .filter(form -> form.mediaType.equals(type) || form.latest.equals(type))
                .findFirst();
    }
}
