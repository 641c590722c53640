package io.artifactvault.backend.oci;

import io.artifactvault.http.Scan;
import java.util.Locale;

/**
 * The platform of an image (OCI image index specification), in the spelling of Go.
 *
 * @param os such as {@code linux}
 * @param architecture such as {@code amd64}
 * @param variant such as {@code v7}; empty if it is not given
 * @param osVersion of Windows, such as {@code 10.0.20348.169}; empty if it is not given
 */
record Platform(String os, String architecture, String variant, String osVersion) {
    private static final String UNKNOWN = "unknown";
    private static final int MOST_DIGITS = 4;

    /**
     * Reads {@code linux/arm64}, {@code linux/arm/v7} or {@code windows(10.0.20348)/amd64}.
     *
     * @throws IllegalArgumentException with a sentence
     */
    static Platform parse(String text) {
        String[] parts = text.split("/", -1);
        int open = parts[0].indexOf('(');
        boolean hasVersion = open > 0 && parts[0].endsWith(")");
        boolean good = (parts.length == 2 || parts.length == 3) && (open < 0 || hasVersion);
        for (String part : parts) {
            good &= Scan.isMadeOf(part, c -> c > ' ' && Scan.isPrintable(c));
        }
        if (!good) {
            throw new IllegalArgumentException("\"" + Scan.masked(text, Scan::isPrintable)
                    + "\" is not a platform; write one such as linux/amd64, linux/arm/v7 or"
                    + " windows(10.0.20348)/amd64.");
        }
        String os = parts[0].substring(0, hasVersion ? open : parts[0].length());
        String osVersion = hasVersion ? parts[0].substring(open + 1, parts[0].length() - 1) : "";
        return of(os, parts[1], parts.length == 3 ? parts[2] : "", osVersion);
    }

    /** With the names that Go gives to architectures. */
    static Platform of(String os, String architecture, String variant, String osVersion) {
        String lower = architecture.toLowerCase(Locale.ROOT);
        String go = switch (lower) {
            case "x86_64", "x86-64" -> "amd64";
            case "aarch64" -> "arm64";
            case "i386", "i686" -> "386";
            case "armhf" -> "arm";
            default -> lower;
        };
        return new Platform(os.toLowerCase(Locale.ROOT), go, variant.toLowerCase(Locale.ROOT), osVersion);
    }

    /** Whether it is that of attestations, which are for no machine. */
    boolean isUnknown() {
        return os.equals(UNKNOWN) || (os.isEmpty() && architecture.isEmpty());
    }

    /**
     * Whether a machine of this platform runs images of another one. Only what is given here must fit: any build of
     * the system without an {@code osVersion}, any variant without a variant. A variant also runs lower ones.
     */
    boolean runs(Platform image) {
        return os.equals(image.os)
                && architecture.equals(image.architecture)
                && runsVersion(image.osVersion)
                && (variant.isEmpty() || variant.equals(image.variant) || isAbove(image));
    }

    private boolean runsVersion(String version) {
        return osVersion.isEmpty() || version.equals(osVersion) || version.startsWith(osVersion + ".");
    }

    private boolean isAbove(Platform image) {
        return level() >= 0 && image.level() >= 0 && image.level() <= level();
    }

    /** The number of the variant, or the one that the architecture has without it; negative for other words. */
    int level() {
        if (variant.isEmpty()) {
            return switch (architecture) {
                case "arm64" -> 8;
                case "arm" -> 7;
                case "amd64" -> 1;
                default -> 0;
            };
        }
        String digits = variant.substring(1);
        return variant.startsWith("v") && Scan.isNumber(digits, MOST_DIGITS) ? Integer.parseInt(digits) : -1;
    }

    @Override
    public String toString() {
        return os + (osVersion.isEmpty() ? "" : "(" + osVersion + ")") + "/" + architecture
                + (variant.isEmpty() ? "" : "/" + variant);
    }
}
