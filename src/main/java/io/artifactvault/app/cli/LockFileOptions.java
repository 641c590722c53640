package io.artifactvault.app.cli;

import io.artifactvault.app.FailureText;
import io.artifactvault.backend.pypi.lock.Includes;
import io.artifactvault.config.ConfigException;
import io.artifactvault.snapshot.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments that name lock files of Python packages, and choose among their files. */
final class LockFileOptions {
    private static final int MOST_FILES = 100;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "A requirements.txt with exact versions, uv.lock, poetry.lock, pdm.lock or pylock.toml.")
    private List<Path> files = List.of();

    @Option(
            names = "--python",
            paramLabel = "VERSION",
            description = "Only wheels for this Python, such as 3.12 or 3.14t. Repeatable.")
    private List<String> pythons = List.of();

    @Option(
            names = "--platform",
            paramLabel = "PLATFORM",
            description = "Only wheels for this platform, spelled as for pip: manylinux_2_28_x86_64,"
                    + " musllinux_1_2_aarch64, macosx_14_0_arm64, win_amd64. Repeatable.")
    private List<String> platforms = List.of();

    @Option(names = "--backend", paramLabel = "NAME", description = "The backend of the vault, if it has several.")
    private String backend = "";

    /** One call's body for each file, in their order. */
    List<Map<String, Object>> wishes() throws ConfigException {
        List<Map<String, Object>> wishes = new ArrayList<>();
        for (Path file : files) {
            wishes.add(wish(file, file.getFileName().toString()));
        }
        return wishes;
    }

    /** The body for a single file, whose files are to be known by that name. */
    List<Map<String, Object>> wishes(String name) throws ConfigException {
        if (files.size() > 1) {
            throw new ConfigException("--pin gives one set of files a name; pass one FILE with it.");
        }
        return List.of(wish(files.getFirst(), name));
    }

    private Map<String, Object> wish(Path file, String name) throws ConfigException {
        Map<String, Object> options = Json.of("python", pythons, "platform", platforms);
        return Json.of(
                "backend",
                backend,
                "list",
                Json.of("name", name, "ecosystem", "pypi", "files", texts(file), "options", options));
    }

    /** The file and all that it includes, each once. */
    private static List<Map<String, Object>> texts(Path file) throws ConfigException {
        Map<String, String> texts = new LinkedHashMap<>();
        Deque<String> open = new ArrayDeque<>(List.of(file.toString().replace('\\', '/')));
        while (!open.isEmpty()) {
            String name = open.remove();
            if (texts.containsKey(name)) {
                continue;
            }
            if (texts.size() == MOST_FILES) {
                throw new ConfigException(file + " includes more than " + MOST_FILES + " files; join some of them.");
            }
            texts.put(name, text(Path.of(name)));
            open.addAll(included(name, texts.get(name)));
        }
        return texts.entrySet().stream()
                .map(text -> Json.of("name", text.getKey(), "text", text.getValue()))
                .toList();
    }

    private static List<String> included(String name, String text) throws ConfigException {
        try {
            return Includes.of(name, text);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
    }

    private static String text(Path file) throws ConfigException {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ConfigException(FailureText.of(e));
        }
    }
}
