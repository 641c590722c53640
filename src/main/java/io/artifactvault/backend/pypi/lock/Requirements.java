package io.artifactvault.backend.pypi.lock;

import io.artifactvault.backend.FileList;
import io.artifactvault.backend.pypi.dist.ProjectName;
import io.artifactvault.http.Scan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Requirements as pip reads them, with one exact version for each project: the vault resolves no dependencies. Confined
 * to the thread that reads them.
 */
final class Requirements {
    private static final String REMEDY = "; pin it as in numpy==2.4.1: the vault does not resolve dependencies, but"
            + " 'uv pip compile' and 'pip-compile' do.";

    /** Options that do not change which files are meant. */
    private static final Set<String> SILENT = Set.of(
            "--require-hashes",
            "--trusted-host",
            "--prefer-binary",
            "--use-feature",
            "--no-binary",
            "--only-binary",
            "--pre");

    private static final Set<String> IGNORED = Set.of(
            "-i",
            "--index-url",
            "--pypi-url",
            "--extra-index-url",
            "-f",
            "--find-links",
            "--no-index",
            "-c",
            "--constraint",
            "-e",
            "--editable");

    private static final List<String> OPERATORS = List.of("===", "==", "~=", "!=", "<=", ">=", "<", ">");
    private static final String HASH = "--hash";

    private final List<FileList.Text> texts;
    private final List<Locked> packages = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Set<String> read = new LinkedHashSet<>();

    /** @param texts the requirements, then those that they include */
    Requirements(List<FileList.Text> texts) {
        this.texts = texts;
    }

    /** @throws IllegalArgumentException with a sentence that names the file and the line */
    Lock read() {
        Map<String, String> byName = new HashMap<>();
        texts.forEach(text -> byName.put(text.name(), text.content()));
        read(texts.getFirst().name(), byName);
        return new Lock(packages, notes, false);
    }

    /** A file that is included again adds nothing. */
    private void read(String name, Map<String, String> byName) {
        if (!read.add(name)) {
            return;
        }
        for (RequirementLine line : RequirementLine.of(name, byName.getOrDefault(name, ""))) {
            Optional<String> include = line.include();
            if (include.isPresent()) {
                String included = Includes.resolve(name, include.get());
                if (!byName.containsKey(included)) {
                    throw line.wrong("it includes " + include.get() + ", which was not sent along; send it, too.");
                }
                read(included, byName);
            } else if (line.isOption()) {
                option(line);
            } else {
                requirement(line);
            }
        }
    }

    private void option(RequirementLine line) {
        String option = line.option();
        if (IGNORED.contains(option)) {
            notes.add(line.where() + ": " + option + " is ignored; the files come from this backend's indexes.");
        } else if (!SILENT.contains(option)) {
            throw line.wrong("\"" + option + "\" is not an option that requirements may contain; remove it.");
        }
    }

    private void requirement(RequirementLine line) {
        int options = line.text().indexOf(" --");
        String wanted =
                options < 0 ? line.text() : line.text().substring(0, options).strip();
        List<Hash> hashes = options < 0 ? List.of() : hashes(line, line.text().substring(options));
        int semicolon = wanted.indexOf(';');
        String pinned = semicolon < 0 ? wanted : wanted.substring(0, semicolon).strip();
        int end = Scan.skip(pinned, 0, c -> Scan.isLetter(c) || Scan.isDigit(c) || "-_.".indexOf(c) >= 0);
        String rest = pinned.substring(end).strip();
        if (rest.startsWith("@") || rest.startsWith(":") || rest.startsWith("/") || pinned.startsWith("/")) {
            notes.add(line.where() + ": " + pinned
                    + " comes from an address, not from a package index, and is left out.");
            return;
        }
        ProjectName project = ProjectName.parse(pinned.substring(0, end))
                .orElseThrow(() -> line.wrong("\"" + pinned + "\" does not begin with the name of a project; write"
                        + " requirements such as numpy==2.4.1."));
        String version = version(withoutExtras(line, rest))
                .orElseThrow(() -> line.wrong(project + " has no exact version" + REMEDY));
        List<Marker> markers = semicolon < 0 ? List.of() : List.of(marker(line, wanted.substring(semicolon + 1)));
        packages.add(new Locked(line.where(), project, version, Optional.empty(), markers, List.of(), hashes));
    }

    private static String withoutExtras(RequirementLine line, String rest) {
        int close = rest.startsWith("[") ? rest.indexOf(']') : -1;
        if (rest.startsWith("[") && close < 0) {
            throw line.wrong("the extras have no closing bracket; write them as in uvicorn[standard]==0.34.0.");
        }
        String spec = rest.substring(close + 1).strip();
        return spec.startsWith("(") && spec.endsWith(")") ? spec.substring(1, spec.length() - 1) : spec;
    }

    /** The one exact version that the clauses give. */
    private static Optional<String> version(String clauses) {
        for (String clause : clauses.split(",", -1)) {
            String text = clause.strip();
            Optional<String> operator =
                    OPERATORS.stream().filter(text::startsWith).findFirst();
            String version =
                    text.substring(operator.map(String::length).orElse(0)).strip();
            boolean exact = operator.filter(found -> found.startsWith("==")).isPresent()
                    && Scan.isMadeOf(version, c -> Scan.isLetter(c) || Scan.isDigit(c) || "-_.+!".indexOf(c) >= 0);
            if (exact) {
                return Optional.of(version);
            }
        }
        return Optional.empty();
    }

    private static Marker marker(RequirementLine line, String text) {
        try {
            return Marker.parse(text);
        } catch (IllegalArgumentException e) {
            throw line.wrong(e.getMessage() + "; write markers as in ; python_version < '3.12'.");
        }
    }

    /** The other options of a requirement are for builds. */
    private static List<Hash> hashes(RequirementLine line, String options) {
        List<Hash> hashes = new ArrayList<>();
        int at = options.indexOf(HASH);
        while (at >= 0) {
            int begin = Scan.skip(options, at + HASH.length(), c -> c == '=' || Scan.isSpace(c));
            int end = Scan.skip(options, begin, c -> !Scan.isSpace(c));
            hashes.add(Hash.parse(options.substring(begin, end))
                    .orElseThrow(() -> line.wrong("a hash must be of the form --hash=sha256:<hexadecimal digits>.")));
            at = options.indexOf(HASH, end);
        }
        return hashes;
    }
}
