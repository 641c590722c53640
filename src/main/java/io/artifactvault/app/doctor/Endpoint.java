package io.artifactvault.app.doctor;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The endpoint that this machine's clients use, and the one that they should use, according to HF_ENDPOINT and the
 * command's option. Pure.
 */
public final class Endpoint {
    private static final String SUBJECT = "HF_ENDPOINT";
    private static final String EXAMPLE = "http://vault.example:8080/huggingface";

    private final Optional<String> wanted;
    private final Optional<String> set;

    /** {@code wanted} is the operator's value, if given. */
    public Endpoint(Optional<String> wanted, Map<String, String> environment) {
        this.wanted = wanted;
        this.set = Optional.ofNullable(environment.get("HF_ENDPOINT")).filter(value -> !value.isBlank());
    }

    /** The endpoint to test; empty when there is none, or none that can be tested. */
    public Optional<URI> uri() {
        return wanted.or(() -> set).map(String::strip).flatMap(Endpoint::parse);
    }

    static Optional<URI> parse(String text) {
        try {
            URI uri = URI.create(text.replaceFirst("/+$", ""));
            boolean good = uri.getHost() != null
                    && ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()));
            return good ? Optional.of(uri) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The findings when there is no endpoint to test; the remedy contains an example. */
    public List<Finding> findings() {
        return List.of(finding("export HF_ENDPOINT=" + EXAMPLE));
    }

    /** @param mount the URL at which the vault was found to mount the Hub; empty when unknown */
    public List<Finding> findings(Optional<URI> mount) {
        return List.of(finding(mount.map(found -> "export HF_ENDPOINT=" + found)
                .orElse("correct the problems below, then export HF_ENDPOINT")));
    }

    private Finding finding(String remedy) {
        if (set.isEmpty()) {
            return Finding.fail(SUBJECT, "HF_ENDPOINT is not set, so clients contact the Hub directly.", remedy);
        }
        String value = set.get();
        if (parse(value.strip()).isEmpty()) {
            return Finding.fail(SUBJECT, "\"" + value + "\" is not an http or https URL.", remedy);
        }
        if (wanted.isPresent() && !isSame(wanted.get(), value)) {
            return Finding.fail(
                    SUBJECT,
                    "HF_ENDPOINT is " + value + ", not " + wanted.get() + ", so clients contact another server.",
                    remedy);
        }
        return form(value);
    }

    private static boolean isSame(String one, String other) {
        return parse(one.strip()).equals(parse(other.strip()));
    }

    private static Finding form(String value) {
        if (!value.equals(value.strip())) {
            return Finding.fail(
                    SUBJECT, "HF_ENDPOINT begins or ends with white space.", "export HF_ENDPOINT=" + value.strip());
        }
        if (value.endsWith("/")) {
            return Finding.warn(
                    SUBJECT,
                    "HF_ENDPOINT ends with a slash, which some clients double.",
                    "export HF_ENDPOINT=" + value.replaceFirst("/+$", ""));
        }
        return Finding.ok(SUBJECT, "HF_ENDPOINT is " + value + ".");
    }
}
