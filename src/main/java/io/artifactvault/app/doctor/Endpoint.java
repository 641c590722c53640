package io.artifactvault.app.doctor;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where this machine's clients go, and where they should: the option and HF_ENDPOINT. Pure. */
public final class Endpoint {
    private static final String SUBJECT = "HF_ENDPOINT";
    private static final String EXAMPLE = "http://vault.example:8080/huggingface";

    private final Optional<String> wanted;
    private final Optional<String> set;

    /** The first argument is what the operator gave, if anything. */
    public Endpoint(Optional<String> wanted, Map<String, String> environment) {
        this.wanted = wanted;
        this.set = Optional.ofNullable(environment.get("HF_ENDPOINT")).filter(value -> !value.isBlank());
    }

    /** The one to try; empty when there is none, or none that can be tried. */
    public Optional<URI> uri() {
        return wanted.or(() -> set).map(String::strip).flatMap(Endpoint::parse);
    }

    private static Optional<URI> parse(String text) {
        try {
            URI uri = URI.create(text.replaceFirst("/+$", ""));
            boolean good = uri.getHost() != null
                    && ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()));
            return good ? Optional.of(uri) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        if (set.isEmpty()) {
            findings.add(Finding.fail(
                    SUBJECT,
                    "It is not set, so clients go to the Hub itself.",
                    "export HF_ENDPOINT=" + wanted.orElse(EXAMPLE)));
            return findings;
        }
        String value = set.get();
        if (parse(value.strip()).isEmpty()) {
            findings.add(Finding.fail(
                    SUBJECT, "\"" + value + "\" is not an http or https URL.", "export HF_ENDPOINT=" + EXAMPLE));
        } else if (wanted.isPresent() && !isSame(wanted.get(), value)) {
            findings.add(Finding.fail(
                    SUBJECT,
                    "It is " + value + ", not " + wanted.get() + ": clients go elsewhere.",
                    "export HF_ENDPOINT=" + wanted.get()));
        } else {
            findings.add(form(value));
        }
        return findings;
    }

    private static boolean isSame(String one, String other) {
        return parse(one.strip()).equals(parse(other.strip()));
    }

    private static Finding form(String value) {
        if (!value.equals(value.strip())) {
            return Finding.fail(SUBJECT, "It has white space around it.", "export HF_ENDPOINT=" + value.strip());
        }
        if (value.endsWith("/")) {
            return Finding.warn(
                    SUBJECT,
                    "It ends in a slash, which some clients double.",
                    "export HF_ENDPOINT=" + value.replaceFirst("/+$", ""));
        }
        return Finding.ok(SUBJECT, "It is " + value + ".");
    }
}
