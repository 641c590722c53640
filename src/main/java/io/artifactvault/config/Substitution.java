package io.artifactvault.config;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces environment variables in values: {@code ${NAME}}, {@code ${NAME:-default}} (the default also applies when
 * NAME is empty, as in a shell), {@code $$} for one dollar. A variable's value is inserted unchanged, without further
 * substitution.
 */
record Substitution(Map<String, String> environment) {
    private static final Pattern REFERENCE =
            Pattern.compile("\\$\\$|\\$\\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<fallback>[^{}]*))?}|(?<bad>\\$\\{)");

    static boolean concerns(String text) {
        return text.contains("${");
    }

    String apply(String text) throws BadValueException {
        Matcher matcher = REFERENCE.matcher(text);
        StringBuilder result = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(result, Matcher.quoteReplacement(replacement(matcher)));
        }
        return matcher.appendTail(result).toString();
    }

    private String replacement(Matcher matcher) throws BadValueException {
        if (matcher.group("bad") != null) {
            throw BadValueException.secret(
                    "has a ${ that is not of the form ${NAME} or ${NAME:-default}; write $$ for a dollar sign");
        }
        String name = matcher.group("name");
        return name == null ? "$" : value(name, Optional.ofNullable(matcher.group("fallback")));
    }

    private String value(String name, Optional<String> fallback) throws BadValueException {
        String value = environment.get(name);
        if (value != null && (!value.isEmpty() || fallback.isEmpty())) {
            return value;
        }
        return fallback.orElseThrow(() -> BadValueException.secret("needs the environment variable " + name
                + ", which is not set; set it or write ${" + name + ":-default}"));
    }
}
