package io.artifactvault.backend.pypi.dist;

import io.artifactvault.http.Scan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The name of a distribution file, which says to which project and version it belongs. The name of a source
 * distribution may be read in several ways, because versions and names may both contain hyphens.
 *
 * @param text as the index spells it
 * @param readings at least one unless the text is no such name; the likeliest first
 */
public record FileName(String text, List<Reading> readings) {
    private static final List<String> SOURCE_ENDINGS =
            List.of(".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz", ".tar.z", ".tar", ".tbz", ".tar.lz", ".tlz");
    private static final String WHEEL = ".whl";
    private static final String EGG = ".egg";
    private static final int LEAST_PARTS_OF_A_WHEEL = 5;
    private static final int MOST_READINGS = 6;

    /** One way to read the name. */
    public record Reading(ProjectName project, String version) {}

    /** Reads a name; one that no tool would give to a file has no readings. */
    public static FileName parse(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.endsWith(WHEEL)) {
            return new FileName(text, wheel(text.substring(0, text.length() - WHEEL.length())));
        }
        if (lower.endsWith(EGG)) {
            return new FileName(text, builtByHyphens(text.substring(0, text.length() - EGG.length())));
        }
        return new FileName(
                text,
                SOURCE_ENDINGS.stream()
                        .filter(lower::endsWith)
                        .findFirst()
                        .map(ending -> source(text.substring(0, text.length() - ending.length())))
                        .orElseGet(() -> builtByHyphens(withoutEnding(text))));
    }

    private static String withoutEnding(String text) {
        int dot = text.lastIndexOf('.');
        return dot > 0 ? text.substring(0, dot) : text;
    }

    /** {@code name-version(-build)-python-abi-platform}: neither name nor version contains a hyphen. */
    private static List<Reading> wheel(String stem) {
        List<String> parts = List.of(stem.split("-", -1));
        return parts.size() < LEAST_PARTS_OF_A_WHEEL ? List.of() : readings(parts.get(0), parts.get(1));
    }

    /** The version begins after the last hyphen, unless it is an old name. */
    private static List<Reading> source(String stem) {
        List<Reading> readings = new ArrayList<>();
        for (int at = stem.lastIndexOf('-');
                at > 0 && readings.size() < MOST_READINGS;
                at = stem.lastIndexOf('-', at - 1)) {
            readings.addAll(readings(stem.substring(0, at), stem.substring(at + 1)));
        }
        return List.copyOf(readings);
    }

    /** Eggs and installers: the version is followed by further parts, so it begins after any of the hyphens. */
    private static List<Reading> builtByHyphens(String stem) {
        List<Reading> readings = new ArrayList<>();
        for (int at = stem.indexOf('-'); at > 0 && readings.size() < MOST_READINGS; at = stem.indexOf('-', at + 1)) {
            int end = stem.indexOf('-', at + 1);
            readings.addAll(readings(stem.substring(0, at), stem.substring(at + 1, end < 0 ? stem.length() : end)));
        }
        return List.copyOf(readings);
    }

    private static List<Reading> readings(String project, String version) {
        return ProjectName.parse(project).map(name -> new Reading(name, version)).stream()
                .toList();
    }

    /** Whether a name has the ending of a source distribution. */
    public static boolean isSource(String text) {
        return SOURCE_ENDINGS.stream().anyMatch(text.toLowerCase(Locale.ROOT)::endsWith);
    }

    /** Whether it ends like a wheel's. */
    public boolean isWheel() {
        return text.toLowerCase(Locale.ROOT).endsWith(WHEEL);
    }

    /** The version that the name states, if it belongs to that project. */
    public Optional<String> version(ProjectName project) {
        return readings.stream()
                .filter(reading -> reading.project().equals(project))
                .map(Reading::version)
                .findFirst();
    }

    /** The projects to which the file may belong, without repetitions. */
    public List<ProjectName> projects() {
        return readings.stream().map(Reading::project).distinct().toList();
    }

    /** Whether the file may be one of the project's: not if its name states only others. */
    public boolean mayBelongTo(ProjectName project) {
        return readings.isEmpty()
                || readings.stream().anyMatch(reading -> reading.project().equals(project));
    }

    /** Whether an index may list such a name: one path segment without control characters. */
    public static boolean isLegal(String text) {
        return Scan.isMadeOf(text, c -> c > ' ' && c != '/' && c != '\\' && c != 0x7f)
                && !text.equals(".")
                && !text.equals("..")
                && text.length() <= 400;
    }
}
