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
    /** The first challenge of that scheme that has a realm. */
    public static Optional<BearerChallenge> of(Fields response) {
        for (String value : response.all("WWW-Authenticate")) {
            Optional<BearerChallenge> challenge = parse(value);
            if (challenge.isPresent()) {
                return challenge;
            }
        }
        return Optional.empty();
    }

    /** Parses one field value, reading each character once. */
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
            if (bearer) {
                add(parameters, member.substring(scheme.map(String::length).orElse(0)));
            }
        }
        String realm = parameters.getOrDefault("realm", "");
        return realm.isEmpty()
                ? Optional.empty()
                : Optional.of(new BearerChallenge(
                        realm, parameters.getOrDefault("service", ""), parameters.getOrDefault("scope", "")));
    }

    /** The scheme with which a member begins a challenge; empty for a further parameter. */
    private static Optional<String> scheme(String member) {
        int end = Scan.skip(member, 0, Scan::isTokenCharacter);
        boolean begins = end > 0 && (end == member.length() || member.charAt(end) == ' ');
        boolean isParameter = member.substring(end).strip().startsWith("=");
        return begins && !isParameter ? Optional.of(member.substring(0, end)) : Optional.empty();
    }

    private static void add(Map<String, String> parameters, String text) {
        int equals = text.indexOf('=');
        if (equals > 0) {
            String name = text.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            parameters.putIfAbsent(
                    name, CommaList.unquoted(text.substring(equals + 1).strip()));
        }
    }
}
