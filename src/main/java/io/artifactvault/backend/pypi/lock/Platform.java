package io.artifactvault.backend.pypi.lock;

import io.artifactvault.http.Scan;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A platform in the spelling of pip's {@code --platform}, such as {@code manylinux_2_28_x86_64}: a machine with that
 * version of its C library or system, which also runs what was built for older ones. Pure.
 *
 * @param tag as the operator spells it, in lower case
 * @param kind the system and its library, such as manylinux
 * @param major the first number of the version; 0 for a system without versions
 * @param minor its second number
 * @param machine the processor, such as x86_64
 */
record Platform(String tag, String kind, int major, int minor, String machine) {
    private static final String MANYLINUX = "manylinux";
    private static final String MUSLLINUX = "musllinux";
    private static final String LINUX = "linux";
    private static final String MACOS = "macosx";
    private static final String WINDOWS = "win";
    private static final int MOST_DIGITS = 3;

    /** Older names of manylinux tags, and the versions of glibc for which they stand. */
    private static final Map<String, String> LEGACY = Map.of(
            "manylinux1_", "manylinux_2_5_", "manylinux2010_", "manylinux_2_12_", "manylinux2014_", "manylinux_2_17_");

    private static final Map<String, List<String>> MAC_BINARIES = Map.of(
            "x86_64", List.of("x86_64", "universal2", "universal", "intel", "fat64"),
            "arm64", List.of("arm64", "universal2"));

    private static final Map<String, String> WINDOWS_MACHINES = Map.of("amd64", "AMD64", "32", "x86", "arm64", "ARM64");

    /** @throws IllegalArgumentException with a sentence */
    static Platform parse(String text) {
        return of(text).filter(platform -> !platform.machine.isEmpty())
                .orElseThrow(() -> new IllegalArgumentException("\"" + text
                        + "\" is not a platform; write one such as manylinux_2_28_x86_64, musllinux_1_2_aarch64,"
                        + " macosx_14_0_arm64 or win_amd64."));
    }

    /** Empty for a tag of no known system. */
    private static Optional<Platform> of(String text) {
        String tag = text.startsWith("win32") ? "win_32" : text;
        for (Map.Entry<String, String> legacy : LEGACY.entrySet()) {
            if (tag.startsWith(legacy.getKey())) {
                tag = legacy.getValue() + tag.substring(legacy.getKey().length());
            }
        }
        for (String kind : List.of(MANYLINUX, MUSLLINUX, MACOS)) {
            if (tag.startsWith(kind + "_")) {
                return versioned(text, kind, tag.substring(kind.length() + 1));
            }
        }
        for (String kind : List.of(LINUX, WINDOWS)) {
            if (tag.startsWith(kind + "_")) {
                String machine = tag.substring(kind.length() + 1);
                return Optional.of(new Platform(text, kind, 0, 0, machine));
            }
        }
        return Optional.empty();
    }

    private static Optional<Platform> versioned(String text, String kind, String rest) {
        int first = rest.indexOf('_');
        int second = rest.indexOf('_', first + 1);
        boolean isVersion = first > 0
                && second > 0
                && Scan.isNumber(rest.substring(0, first), MOST_DIGITS)
                && Scan.isNumber(rest.substring(first + 1, second), MOST_DIGITS);
        return isVersion
                ? Optional.of(new Platform(
                        text,
                        kind,
                        Integer.parseInt(rest.substring(0, first)),
                        Integer.parseInt(rest.substring(first + 1, second)),
                        rest.substring(second + 1)))
                : Optional.empty();
    }

    /** Whether it runs what was built for that platform tag. */
    boolean accepts(String other) {
        return other.equals("any")
                || other.equals(tag)
                || of(other).filter(this::runs).isPresent();
    }

    private boolean runs(Platform built) {
        if (kind.equals(MACOS)) {
            return built.kind.equals(MACOS)
                    && built.isUpTo(this)
                    && MAC_BINARIES.getOrDefault(machine, List.of(machine)).contains(built.machine);
        }
        if (!built.machine.equals(machine)) {
            return false;
        }
        return switch (kind) {
            case MANYLINUX, MUSLLINUX ->
                built.kind.equals(LINUX) || (built.kind.equals(kind) && built.major == major && built.minor <= minor);
            default -> built.kind.equals(kind);
        };
    }

    private boolean isUpTo(Platform other) {
        return major < other.major || (major == other.major && minor <= other.minor);
    }

    /** The value of a marker's variable; empty for one that the platform does not determine. */
    Optional<String> variable(String name) {
        return switch (name) {
            case "sys_platform" -> Optional.of(choose(LINUX, "darwin", "win32"));
            case "platform_system" -> Optional.of(choose("Linux", "Darwin", "Windows"));
            case "os_name" -> Optional.of(choose("posix", "posix", "nt"));
            case "platform_machine" ->
                Optional.of(kind.equals(WINDOWS) ? WINDOWS_MACHINES.getOrDefault(machine, machine) : machine);
            default -> Optional.empty();
        };
    }

    private String choose(String linux, String macos, String windows) {
        return switch (kind) {
            case MACOS -> macos;
            case WINDOWS -> windows;
            default -> linux;
        };
    }

    @Override
    public String toString() {
        return tag;
    }
}
