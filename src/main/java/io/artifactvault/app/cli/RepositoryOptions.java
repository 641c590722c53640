package io.artifactvault.app.cli;

import io.artifactvault.app.FailureText;
import io.artifactvault.config.ConfigException;
import io.artifactvault.http.Scan;
import io.artifactvault.snapshot.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments that name snapshots: on the command line, in a file, or both. */
final class RepositoryOptions {
    private static final List<String> PLURALS = List.of("models", "datasets", "spaces");

    /** The type of a repository. */
    enum Type {
        MODEL,
        DATASET,
        SPACE
    }

    @Parameters(
            paramLabel = "REPOSITORY[@REVISION]",
            arity = "0..*",
            description = "A repository, such as acme/tiny, acme/tiny@v1.0 or datasets/acme/ds@<commit>.")
    private List<String> names = List.of();

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description = "A file with one repository per line; # begins a comment.")
    private @Nullable Path from;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = "model",
            description =
                    "The type of names without a prefix: model, dataset or space; the default is ${DEFAULT-VALUE}.")
    private Type type = Type.MODEL;

    @Option(names = "--backend", paramLabel = "NAME", description = "The backend of the vault, if it has several.")
    private String backend = "";

    /** The body of one call for each name, in the order of the names. */
    List<Map<String, Object>> wishes() throws ConfigException {
        List<String> all = new ArrayList<>(names);
        if (from != null) {
            all.addAll(lines(from));
        }
        if (all.isEmpty()) {
            throw new ConfigException(
                    "No repository is given; pass one, such as acme/tiny, or a list with --from FILE.");
        }
        for (String name : all) {
            mustBeName(name);
        }
        return all.stream().map(this::wish).toList();
    }

    /** Names that no server accepts as a repository are rejected before any request. */
    private static void mustBeName(String name) throws ConfigException {
        String[] parts = name.split("@", 2);
        boolean isName = !parts[0].isEmpty() && Scan.isMadeOf(parts[0], c -> Scan.isTokenCharacter(c) || c == '/');
        boolean isRevision =
                parts.length == 1 || (!parts[1].isEmpty() && Scan.isMadeOf(parts[1], c -> c > ' ' && c != 127));
        if (!isName || !isRevision) {
            throw new ConfigException("\"" + name + "\" is not a repository name; write a name such as acme/tiny,"
                    + " acme/tiny@v1.0 or datasets/acme/table@main.");
        }
    }

    private static List<String> lines(Path file) throws ConfigException {
        try {
            return Files.readAllLines(file).stream()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new ConfigException(FailureText.of(e));
        }
    }

    private Map<String, Object> wish(String name) {
        int at = name.indexOf('@');
        String place = at < 0 ? name : name.substring(0, at);
        String revision = at < 0 ? "" : name.substring(at + 1);
        String[] parts = place.split("/", 2);
        boolean typed = parts.length == 2 && PLURALS.contains(parts[0]) && parts[1].contains("/");
        return Json.of(
                "backend",
                backend,
                "type",
                typed ? parts[0] : type.name().toLowerCase(Locale.ROOT),
                "repository",
                typed ? parts[1] : place,
                "revision",
                revision);
    }
}
