package io.artifactvault.backend.pypi.lock;

import io.artifactvault.http.Scan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where packages are to be installed, as far as it is known. Pure.
 *
 * @param python empty for any
 * @param platform empty for any
 */
record Environment(Optional<PythonVersion> python, Optional<Platform> platform) {
    private static final String FULL_VERSION = "python_full_version";
    private static final String VERSION = "python_version";
    private static final int MOST_DIGITS = 6;
    private static final int LEAST_PARTS_OF_A_WHEEL = 5;

    /** Whether a wheel of that name can be installed there (PEP 425, PEP 427). */
    boolean fits(String wheel) {
        List<String> parts = List.of(wheel.substring(0, wheel.lastIndexOf('.')).split("-", -1));
        if (parts.size() < LEAST_PARTS_OF_A_WHEEL) {
            return false;
        }
        List<String> platforms = tags(parts.getLast());
        List<String> abis = tags(parts.get(parts.size() - 2));
        List<String> pythons = tags(parts.get(parts.size() - 3));
        boolean runs = python.isEmpty()
                || pythons.stream()
                        .anyMatch(tag ->
                                abis.stream().anyMatch(abi -> python.get().accepts(tag, abi)));
        return runs && (platform.isEmpty() || platforms.stream().anyMatch(platform.get()::accepts));
    }

    /** The tags of a compressed set, such as {@code py2.py3}. */
    private static List<String> tags(String set) {
        List<String> tags = new ArrayList<>();
        int at = 0;
        for (int dot = set.indexOf('.'); dot >= 0; dot = set.indexOf('.', at)) {
            tags.add(set.substring(at, dot));
            at = dot + 1;
        }
        tags.add(set.substring(at));
        return tags;
    }

    /**
     * Whether a comparison of a marker may hold.
     *
     * @param reversed whether the text stands to the left of the operator
     */
    boolean mayBe(String variable, String operator, String text, boolean reversed) {
        if (variable.equals(VERSION) || variable.equals(FULL_VERSION)) {
            return python.isEmpty() || mayBe(python.get(), variable, reversed ? mirrored(operator) : operator, text);
        }
        Optional<String> value = python.isPresent() && variable.equals("implementation_name")
                ? Optional.of("cpython")
                : python.isPresent() && variable.equals("platform_python_implementation")
                        ? Optional.of("CPython")
                        : platform.flatMap(known -> known.variable(variable));
        return value.isEmpty() || compare(value.get(), operator, text, reversed);
    }

    private static boolean compare(String value, String operator, String text, boolean reversed) {
        return switch (operator) {
            case "==", "===" -> value.equals(text);
            case "!=" -> !value.equals(text);
            case "in" -> reversed ? value.contains(text) : text.contains(value);
            case "not in" -> reversed ? !value.contains(text) : !text.contains(value);
            default -> true;
        };
    }

    private static String mirrored(String operator) {
        return switch (operator) {
            case "<" -> ">";
            case ">" -> "<";
            case "<=" -> ">=";
            case ">=" -> "<=";
            default -> operator;
        };
    }

    /** {@code python_version} is one version; of {@code python_full_version} the last number is not known. */
    private static boolean mayBe(PythonVersion python, String variable, String operator, String text) {
        boolean prefix = text.endsWith(".*");
        Optional<List<Integer>> numbers = numbers(prefix ? text.substring(0, text.length() - 2) : text);
        if (numbers.isEmpty()) {
            return true;
        }
        int[] first = python.range().getFirst();
        int[] last = python.range().getLast();
        int[] release = release(numbers.get());
        if (prefix) {
            int known = Math.min(2, numbers.get().size());
            boolean equal = Arrays.equals(first, 0, known, release, 0, known);
            return equal == operator.equals("==") || numbers.get().size() > 2;
        }
        int toFirst = Arrays.compare(first, release);
        int toLast = Arrays.compare(last, release);
        boolean isPoint = variable.equals(VERSION);
        return switch (operator) {
            case ">=" -> isPoint ? toFirst >= 0 : toLast > 0;
            case ">" -> isPoint ? toFirst > 0 : toLast > 0;
            case "<" -> toFirst < 0;
            case "<=" -> toFirst <= 0;
            case "==", "===" -> isPoint ? toFirst == 0 : toFirst <= 0 && toLast > 0;
            case "!=" -> !isPoint || toFirst != 0;
            default -> true;
        };
    }

    /** The numbers of a version; empty for a version of another form. */
    private static Optional<List<Integer>> numbers(String text) {
        List<Integer> numbers = new ArrayList<>();
        for (String part : tags(text.strip())) {
            if (!Scan.isNumber(part, MOST_DIGITS)) {
                return Optional.empty();
            }
            numbers.add(Integer.parseInt(part));
        }
        return Optional.of(numbers);
    }

    /** Three numbers, because versions that differ in trailing zeros are equal. */
    private static int[] release(List<Integer> numbers) {
        int[] release = new int[3];
        for (int i = 0; i < Math.min(release.length, numbers.size()); i++) {
            release[i] = numbers.get(i);
        }
        return release;
    }

    @Override
    public String toString() {
        return python.map(version -> "Python " + version).orElse("any Python") + " on "
                + platform.map(Platform::toString).orElse("any platform");
    }
}
