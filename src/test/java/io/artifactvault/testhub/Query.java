package io.artifactvault.testhub;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The parameters of a query or a form, decoded, in order. */
record Query(List<Parameter> parameters) {
    /** One name and value. */
    record Parameter(String name, String value) {}

    static Query parse(String raw) {
        List<Parameter> parameters = new ArrayList<>();
        for (String pair : raw.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                parameters.add(new Parameter(decode(name), decode(value)));
            }
        }
        return new Query(List.copyOf(parameters));
    }

    Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    /** The values of {@code name} and of {@code name[]}. */
    List<String> all(String name) {
        return parameters.stream()
                .filter(p -> p.name().equals(name) || p.name().equals(name + "[]"))
                .map(Parameter::value)
                .toList();
    }

    boolean flag(String name) {
        return first(name).map(v -> v.equalsIgnoreCase("true") || v.equals("1")).orElse(false);
    }

    int number(String name, int otherwise) {
        try {
            return first(name).map(Integer::parseInt).orElse(otherwise);
        } catch (NumberFormatException e) {
            throw HubError.badRequest("Invalid number for " + name).refusal();
        }
    }

    private static String decode(String text) {
        return Percent.decode(text.replace('+', ' '));
    }
}
