package io.artifactvault.app.remote;

import io.artifactvault.admin.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Formats a finished job for people. */
public final class JobText {
    private JobText() {}

    /** One line for the job, and one for each note and each file with an error. */
    public static List<String> lines(Map<String, Object> job) {
        List<String> lines = new ArrayList<>();
        lines.add("%s@%s  %s files, %s: %s  %s"
                .formatted(
                        job.get("repository"),
                        job.get("revision"),
                        number(job, "chosen", "files"),
                        Bytes.text(number(job, "chosen", "bytes")),
                        counts(job),
                        job.get("message")));
        if (job.get("notes") instanceof List<?> notes) {
            notes.forEach(note -> lines.add("  " + note));
        }
        if (job.get("trouble") instanceof List<?> troubles) {
            for (Object trouble : troubles) {
                if (trouble instanceof Map<?, ?> one) {
                    lines.add("  " + one.get("path") + ": " + one.get("reason"));
                }
            }
        }
        return lines;
    }

    private static String counts(Map<String, Object> job) {
        return "%d already stored (%s), %d fetched (%s)."
                .formatted(
                        number(job, "held", "files"),
                        Bytes.text(number(job, "held", "bytes")),
                        number(job, "fetched", "files"),
                        Bytes.text(number(job, "fetched", "bytes")));
    }

    static long number(Map<String, Object> job, String part, String name) {
        return job.get(part) instanceof Map<?, ?> counts && counts.get(name) instanceof Long number ? number : 0;
    }
}
