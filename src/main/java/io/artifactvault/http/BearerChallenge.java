package io.artifactvault.http;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A challenge of the scheme Bearer (RFC 9110 §11.6.1, RFC 6750 §3) that names a token service, as registries send it.
 *
 * @param realm the address of the token service, unchanged
 * @param service the service that the token is for; empty when absent
 * @param scope the access that the token grants; empty when absent
 */
public record BearerChallenge(String realm, String service, String scope) {
    /**
     * The maximum length of a parameter. Realm, service and scope become one request target, which origins limit to
     * some 8,000 characters; the scopes of registries have some dozens of characters for each repository.
     */
    public static final int MOST_CHARACTERS = 4_096;

    /** The first Bearer challenge of a response that is well-formed and has a realm. */
    public static Optional<BearerChallenge> of(Fields response) {
        for (String value : response.all("WWW-Authenticate")) {
            Optional<BearerChallenge> challenge = parse(value);
            if (challenge.isPresent()) {
                return challenge;
            }
        }
        return Optional.empty();
    }

    /** Parses one field value, reading each character a fixed number of times; empty if the challenge is malformed. */
    static Optional<BearerChallenge> parse(String value) {
        Map<String, String> parameters = new HashMap<>();
        boolean bearer = false;
        for (String member : CommaList.members(value)) {
            Optional<String> scheme = scheme(member);
            if (scheme.isPresent() && parameters.containsKey("realm")) {
                break;
            }
            if (scheme.isPresent()) {
                bearer = scheme.get().equalsIgnoreCase("Bearer");
                parameters.clear();
            }
            String parameter = bearer
                    ? member.substring(scheme.map(String::length).orElse(0)).strip()
                    : "";
            if (!parameter.isEmpty() && !isAdded(parameters, parameter)) {
                return Optional.empty();
            }
        }
        String realm = parameters.getOrDefault("realm", "");
        return realm.isEmpty()
                ? Optional.empty()
                : Optional.of(new BearerChallenge(
                        realm, parameters.getOrDefault("service", ""), parameters.getOrDefault("scope", "")));
    }

    /** The scheme, if the member begins a challenge; empty if the member is a further parameter. */
    private static Optional<String> scheme(String member) {
        int end = Scan.skip(member, 0, Scan::isTokenCharacter);
        boolean begins = end > 0 && (end == member.length() || member.charAt(end) == ' ');
        boolean isParameter = member.substring(end).strip().startsWith("=");
        return begins && !isParameter ? Optional.of(member.substring(0, end)) : Optional.empty();
    }

    /** Adds a parameter unless it is malformed, too long or repeated (RFC 9110 §11.2). */
    private static boolean isAdded(Map<String, String> parameters, String text) {
        int equals = text.indexOf('=');
        String name = text.substring(0, Math.max(0, equals)).strip().toLowerCase(Locale.ROOT);
        String given = text.substring(equals + 1).strip();
        String value = CommaList.unquoted(given);
        return !name.isEmpty()
                && Scan.isMadeOf(name, Scan::isTokenCharacter)
                && (isQuoted(given) || isBare(given))
                && value.length() <= MOST_CHARACTERS
                && parameters.putIfAbsent(name, value) == null;
    }

    /** Whether it is one quoted string, which ends at the last character. */
    private static boolean isQuoted(String text) {
        int at = 1;
        while (at < text.length() && text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        return text.startsWith("\"") && at == text.length() - 1;
    }

    /**
     * Whether the value is acceptable without quotes. More than a token (RFC 9110 §5.6.2) is, because some registries
     * write a URL without quotes.
     */
    private static boolean isBare(String text) {
        return !text.isEmpty() && Scan.isMadeOf(text, c -> c > ' ' && c < 0x7f && c != '"' && c != '\\');
    }
}
