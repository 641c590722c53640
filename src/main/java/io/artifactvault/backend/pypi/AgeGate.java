package io.artifactvault.backend.pypi;

import io.artifactvault.backend.Glob;
import io.artifactvault.backend.InvalidSettingException;
import io.artifactvault.backend.pypi.dist.FileName;
import io.artifactvault.backend.pypi.dist.ProjectName;
import io.artifactvault.backend.pypi.dist.Version;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Scan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The rule by which files become available: at a minimum age, and never if they were uploaded after a fixed date. A
 * file without an upload time is never available. Pure.
 *
 * @param minAge zero for no minimum
 * @param notAfter the last upload time that is accepted, if there is a limit
 * @param exemptions what the rule does not concern
 */
record AgeGate(Duration minAge, Optional<Instant> notAfter, List<Exemption> exemptions) {
    static final AgeGate OPEN = new AgeGate(Duration.ZERO, Optional.empty(), List.of());

    /**
     * A project, or one version of it, that is exempt.
     *
     * @param spelled as the configuration has it: {@code name==version}, or a pattern of project names
     */
    record Exemption(String spelled, Glob project, Optional<String> version) {
        private static final String EQUALS = "==";

        /** @throws InvalidSettingException for a text that exempts nothing */
        static Exemption parse(String spelled) throws InvalidSettingException {
            int at = spelled.indexOf(EQUALS);
            String name = at < 0 ? spelled : spelled.substring(0, at).strip();
            Optional<String> version = at < 0
                    ? Optional.empty()
                    : Optional.of(spelled.substring(at + EQUALS.length()).strip());
            if (version.filter(text -> !Scan.isMadeOf(text, Exemption::mayBeInVersion))
                    .isPresent()) {
                throw new InvalidSettingException(
                        "must be names, patterns or name==version, such as acme-* or numpy==2.4.1");
            }
            return new Exemption(spelled, Glob.of(Patterns.normal(name)), version.map(Version::normal));
        }

        private static boolean mayBeInVersion(char c) {
            return Scan.isLetter(c) || Scan.isDigit(c) || "-_.+!".indexOf(c) >= 0;
        }

        boolean covers(ProjectName name, Optional<String> ofFile) {
            return project.matches(name.text())
                    && (version.isEmpty()
                            || ofFile.map(Version::normal)
                                    .filter(version.get()::equals)
                                    .isPresent());
        }
    }

    /** Whether it lets every file through at any time. */
    boolean isOpen() {
        return minAge.isZero() && notAfter.isEmpty();
    }

    /** From when on a file is available; empty if it never is. */
    Optional<Instant> availableFrom(ProjectName project, IndexFile file) {
        Optional<String> version = FileName.parse(file.name()).version(project);
        if (isOpen() || exemptions.stream().anyMatch(exemption -> exemption.covers(project, version))) {
            return Optional.of(Instant.MIN);
        }
        return file.uploaded()
                .filter(time -> notAfter.isEmpty() || !time.isAfter(notAfter.get()))
                .map(this::ripe);
    }

    private Instant ripe(Instant uploaded) {
        return uploaded.isAfter(Instant.MAX.minus(minAge)) ? Instant.MAX : uploaded.plus(minAge);
    }

    /** Why a file is not available now, in a sentence for its client. */
    String refusal(IndexFile file, Optional<Instant> from) {
        String subject = file.name() + " is withheld by this vault: ";
        if (file.uploaded().isEmpty()) {
            return subject + "the index gives no upload time for it, which " + rule() + " requires.";
        }
        String uploaded = "it was uploaded at " + file.uploaded().get() + ", and ";
        return subject
                + uploaded
                + (from.isEmpty()
                        ? "not_after is " + notAfter.orElseThrow() + "."
                        : "min_age is " + days(minAge) + "; it becomes available at " + from.get() + ".");
    }

    private String rule() {
        return minAge.isZero() ? "not_after" : "min_age";
    }

    private static String days(Duration time) {
        return time.toDays() > 0 && time.equals(Duration.ofDays(time.toDays()))
                ? time.toDays() + " days"
                : time.toString().substring(2).toLowerCase(Locale.ROOT);
    }

    /** Distinguishes rules in keys. */
    String key() {
        return isOpen()
                ? ""
                : KeyBuilder.key(
                        minAge.toString(),
                        notAfter.map(Instant::toString).orElse(""),
                        String.join(
                                ",", exemptions.stream().map(Exemption::spelled).toList()));
    }
}
