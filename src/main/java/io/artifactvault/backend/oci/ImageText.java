package io.artifactvault.backend.oci;

import io.artifactvault.backend.FileList;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Finds the names of images in one text: a compose file, Kubernetes manifests, or lines. The YAML parser only creates
 * nodes, which have line numbers. Confined to one thread.
 */
final class ImageText {
    private static final List<String> YAML = List.of(".yml", ".yaml", ".json");
    private static final Set<String> CONTAINERS = Set.of("containers", "initContainers", "ephemeralContainers");
    private static final int MOST_CHARACTERS = 16 << 20;
    private static final int MOST_ALIASES = 1_000;
    private static final int DEEPEST = 60;
    private static final int MOST_MERGES = 10;

    private final String file;
    private final List<Mention> mentions = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private final Set<Node> walked = Collections.newSetFromMap(new IdentityHashMap<>());

    private ImageText(String file) {
        this.file = file;
    }

    /**
     * The name of an image, where it stands.
     *
     * @param where the file and the line, for messages
     */
    record Mention(String where, String text) {}

    /** The names of a text, and what the operator should know, in sentences. */
    record Result(List<Mention> mentions, List<String> notes) {}

    /** @throws IllegalArgumentException with a sentence that names the file and the line */
    static Result read(FileList.Text text) {
        ImageText found = new ImageText(text.name());
        if (YAML.stream().anyMatch(text.name()::endsWith)) {
            found.documents(text.content());
        } else {
            found.lines(text.content());
        }
        if (found.mentions.isEmpty()) {
            found.notes.add(text.name() + " names no image.");
        }
        return new Result(List.copyOf(found.mentions), List.copyOf(found.notes));
    }

    private void lines(String text) {
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            int comment = line.indexOf('#');
            String name = (comment < 0 ? line : line.substring(0, comment)).strip();
            if (!name.isEmpty()) {
                add(number, name);
            }
        }
    }

    private void add(int line, String name) {
        mentions.add(new Mention(file + ", line " + line, name));
    }

    private void documents(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MOST_CHARACTERS);
        options.setMaxAliasesForCollections(MOST_ALIASES);
        options.setNestingDepthLimit(DEEPEST);
        try {
            for (Node document : new Yaml(options).composeAll(new StringReader(text))) {
                document(document);
            }
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw new IllegalArgumentException(file + ", line " + line + ": this is not YAML (" + e.getProblem()
                    + "); for a template, pass what 'helm template' or 'docker compose config' prints.");
        } catch (YAMLException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    file + " uses YAML that is not supported (" + e.getMessage() + "); pass a list of images instead.");
        }
    }

    private void document(Node document) {
        Optional<Node> services = value(document, "services", 0);
        if (services.isPresent()
                && services.get() instanceof MappingNode all
                && value(document, "apiVersion", 0).isEmpty()) {
            all.getValue().forEach(this::service);
        } else {
            walk(document);
        }
    }

    /** A service of a compose file. What compose builds is in no registry. */
    private void service(NodeTuple entry) {
        Optional<Node> image = value(entry.getValueNode(), "image", 0);
        if (value(entry.getValueNode(), "build", 0).isPresent()) {
            notes.add(file + ", line " + line(entry.getKeyNode()) + ": compose builds this image; it is left out.");
        } else {
            image.ifPresent(this::add);
        }
    }

    /** The containers and image volumes of pods, wherever an object has them. */
    private void walk(Node node) {
        if (!walked.add(node)) {
            return;
        }
        switch (node) {
            case MappingNode mapping -> {
                for (NodeTuple entry : mapping.getValue()) {
                    member(text(entry.getKeyNode()), entry.getValueNode());
                    walk(entry.getValueNode());
                }
            }
            case SequenceNode sequence -> sequence.getValue().forEach(this::walk);
            default -> {}
        }
    }

    private void member(String key, Node value) {
        if (!(value instanceof SequenceNode sequence)) {
            return;
        }
        for (Node element : sequence.getValue()) {
            if (CONTAINERS.contains(key)) {
                value(element, "image", 0).ifPresent(this::add);
            } else if (key.equals("volumes")) {
                value(element, "image", 0)
                        .flatMap(image -> value(image, "reference", 0))
                        .ifPresent(this::add);
            }
        }
    }

    private void add(Node image) {
        String name = text(image).strip();
        if (name.indexOf('$') >= 0 || name.indexOf('{') >= 0) {
            throw new IllegalArgumentException(file + ", line " + line(image)
                    + ": the name of this image has a variable; pass what 'docker compose config --images' or"
                    + " 'helm template' prints.");
        }
        if (!name.isEmpty()) {
            add(line(image), name);
        }
    }

    /** The value of a key, also from a mapping that is merged into this one. */
    private static Optional<Node> value(Node node, String key, int merges) {
        if (!(node instanceof MappingNode mapping) || merges > MOST_MERGES) {
            return Optional.empty();
        }
        Optional<Node> merged = Optional.empty();
        for (NodeTuple entry : mapping.getValue()) {
            String name = text(entry.getKeyNode());
            if (name.equals(key)) {
                return Optional.of(entry.getValueNode());
            }
            if (name.equals("<<")) {
                merged = merged(entry.getValueNode(), key, merges + 1);
            }
        }
        return merged;
    }

    private static Optional<Node> merged(Node node, String key, int merges) {
        if (node instanceof SequenceNode several) {
            return several.getValue().stream()
                    .flatMap(one -> value(one, key, merges).stream())
                    .findFirst();
        }
        return value(node, key, merges);
    }

    private static String text(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    private static int line(Node node) {
        return node.getStartMark() == null ? 1 : node.getStartMark().getLine() + 1;
    }
}
