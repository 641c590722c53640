package io.artifactvault.backend.pypi.lock;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The names of files that requirements include, relative to the first of them. Pure. */
public final class Includes {
    private Includes() {}

    /**
     * The files that a text includes, directly.
     *
     * @param name of the text
     * @return their names, by which the reader of the list looks for them
     * @throws IllegalArgumentException with a sentence that names the line
     */
    public static List<String> of(String name, String text) {
        List<String> names = new ArrayList<>();
        if (!Toml.isName(name)) {
            for (RequirementLine line : RequirementLine.of(name, text)) {
                line.include().ifPresent(include -> names.add(resolve(name, include)));
            }
        }
        return names;
    }

    /** The name of a file that another one includes, without {@code .} and as few {@code ..} as possible. */
    static String resolve(String from, String include) {
        if (include.startsWith("/")) {
            return include;
        }
        Deque<String> segments = new ArrayDeque<>();
        String whole = from.substring(0, from.lastIndexOf('/') + 1) + include;
        boolean absolute = whole.startsWith("/");
        for (String segment : whole.split("/", -1)) {
            if (segment.equals("..")
                    && !segments.isEmpty()
                    && !segments.getLast().equals("..")) {
                segments.removeLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.addLast(segment);
            }
        }
        return (absolute ? "/" : "") + String.join("/", segments);
    }
}
