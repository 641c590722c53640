package io.artifactvault.backend.pypi.lock;

import io.artifactvault.http.Scan;
import java.util.List;

/**
 * A version of CPython, as {@code --python} names it: {@code 3.12}, or {@code 3.14t} for the free-threaded build. Pure.
 *
 * @param minor the second number of the version
 * @param freeThreaded whether it has no global interpreter lock, and an ABI of its own
 */
record PythonVersion(int minor, boolean freeThreaded) {
    private static final int MOST_DIGITS = 3;
    private static final int FIRST_WITH_STABLE_ABI = 2;

    /** @throws IllegalArgumentException with a sentence */
    static PythonVersion parse(String text) {
        boolean threaded = text.endsWith("t");
        String plain = threaded ? text.substring(0, text.length() - 1) : text;
        String minor = plain.startsWith("3.") ? plain.substring(2) : "";
        if (!Scan.isNumber(minor, MOST_DIGITS)) {
            throw new IllegalArgumentException("\"" + text
                    + "\" is not a version of Python that can be chosen; write one such as 3.12, or 3.14t for the"
                    + " free-threaded build.");
        }
        return new PythonVersion(Integer.parseInt(minor), threaded);
    }

    /** Whether it runs code with that interpreter tag and that ABI tag (PEP 425). */
    boolean accepts(String python, String abi) {
        if (python.equals("py3") || (python.startsWith("py3") && isUpTo(python.substring(3), 0))) {
            return abi.equals("none");
        }
        String ours = "cp3" + minor;
        if (python.equals(ours) && (abi.equals(freeThreaded ? ours + "t" : ours) || abi.equals("none"))) {
            return true;
        }
        return !freeThreaded
                && abi.equals("abi3")
                && python.startsWith("cp3")
                && isUpTo(python.substring(3), FIRST_WITH_STABLE_ABI);
    }

    private boolean isUpTo(String number, int least) {
        return Scan.isNumber(number, MOST_DIGITS)
                && Integer.parseInt(number) <= minor
                && Integer.parseInt(number) >= least;
    }

    /** The first release of this version, and the first of the next one. */
    List<int[]> range() {
        return List.of(new int[] {3, minor, 0}, new int[] {3, minor + 1, 0});
    }

    @Override
    public String toString() {
        return "3." + minor + (freeThreaded ? "t" : "");
    }
}
