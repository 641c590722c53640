package io.artifactvault.app.cli;

import io.artifactvault.app.FailureText;
import io.artifactvault.config.ConfigException;
import io.artifactvault.snapshot.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments that name images of registries, or files that name some, and choose among their platforms. */
final class ImageOptions {
    static final String COMMAND = "oci";
    private static final String SCHEME = "oci://";
    private static final List<String> ENDINGS = List.of(".txt", ".list", ".yml", ".yaml", ".json");
    private static final int LONGEST_NAME = 200;

    @Parameters(
            paramLabel = "IMAGE|FILE",
            arity = "1..*",
            description =
                    "An image, such as docker.io/library/python:3.12 or ghcr.io/org/app@sha256:<digest>, also after"
                            + " oci://; or a file: a compose file or Kubernetes manifests (*.yml, *.yaml, *.json), or one image per"
                            + " line, where # begins a comment.")
    private List<String> names = List.of();

    @Option(
            names = "--platform",
            paramLabel = "PLATFORM",
            description = "Only images for this platform, such as linux/amd64, linux/arm/v7 or"
                    + " windows(10.0.20348)/amd64. Repeatable.")
    private List<String> platforms = List.of();

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description = "Only images of this backend's registry, and leave out the others.")
    private String backend = "";

    /** One call's body for all images, which are to be known by a name; if that is empty, by the first argument. */
    List<Map<String, Object>> wishes(String name) throws ConfigException {
        List<Map<String, Object>> texts = new ArrayList<>();
        List<String> images = new ArrayList<>();
        for (String one : names) {
            if (isFile(one)) {
                texts.add(Json.of("name", one, "text", text(Path.of(one))));
            } else {
                images.add(one);
            }
        }
        if (!images.isEmpty()) {
            texts.addFirst(Json.of("name", "arguments", "text", String.join("\n", images)));
        }
        String known = name.isEmpty() ? usualName(names.getFirst()) : name;
        return List.of(Json.of(
                "backend",
                backend,
                "list",
                Json.of(
                        "name",
                        known,
                        "ecosystem",
                        COMMAND,
                        "files",
                        texts,
                        "options",
                        Json.of("platform", platforms))));
    }

    private static String usualName(String first) throws ConfigException {
        String name = isFile(first) ? String.valueOf(Path.of(first).getFileName()) : first;
        return name.substring(0, Math.min(LONGEST_NAME, name.length()));
    }

    /** A file that is there, or that must be one by its name. */
    private static boolean isFile(String name) throws ConfigException {
        if (name.startsWith(SCHEME)) {
            return false;
        }
        try {
            boolean isThere = Files.isRegularFile(Path.of(name));
            if (!isThere && ENDINGS.stream().anyMatch(name::endsWith)) {
                throw new ConfigException(
                        name + ": there is no such file; for an image of that name write oci://" + name + ".");
            }
            return isThere;
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static String text(Path file) throws ConfigException {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ConfigException(FailureText.of(e));
        }
    }

    /** Lets {@code vault warm oci://…} mean {@code vault warm oci oci://…}. */
    static final class Shorthand implements IParameterPreprocessor {
        @Override
        @SuppressWarnings("JdkObsolete") // the type is picocli's
        public boolean preprocess(
                Stack<String> arguments, CommandSpec command, ArgSpec argument, Map<String, Object> info) {
            boolean isImage = arguments.stream().anyMatch(one -> one.startsWith(SCHEME));
            if (isImage && !COMMAND.equals(arguments.peek())) {
                arguments.push(COMMAND);
            }
            return false;
        }
    }
}
