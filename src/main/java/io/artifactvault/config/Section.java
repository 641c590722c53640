package io.artifactvault.config;

import io.artifactvault.backend.InvalidSettingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One mapping of the file while it is read: records the names that were read, so that {@link #refuseUnknown} can report
 * the others. Confined to the reading thread.
 */
final class Section {
    private static final Set<Tag> PLAIN_TAGS =
            Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.TIMESTAMP, Tag.MERGE, Tag.MAP, Tag.SEQ);

    private final Source source;
    private final String path;
    private final int line;
    private final Map<String, NodeTuple> present = new LinkedHashMap<>();
    private final Set<String> taken = new LinkedHashSet<>();

    private Section(Source source, String path, int line) {
        this.source = source;
        this.path = path;
        this.line = line;
    }

    /** @param path its name in messages: {@code backends[0].config}, or empty for the top level */
    static Section of(Source source, String path, MappingNode node) throws ConfigException {
        Section section = new Section(source, path, YamlFile.lineOf(node));
        for (NodeTuple tuple : node.getValue()) {
            section.add(tuple);
        }
        return section;
    }

    /** Parses a value's text for its setting. */
    @FunctionalInterface
    interface Parser<T> {
        T parse(String text) throws BadValueException;
    }

    <T> T value(String key, T fallback, Parser<T> parser) throws ConfigException {
        Optional<Node> node = take(key);
        return node.isPresent() ? parse(key, node.get(), parser) : fallback;
    }

    /** A setting whose blank value means "none". */
    <T> Optional<T> optional(String key, Parser<T> parser) throws ConfigException {
        Optional<Node> node = take(key);
        if (node.isEmpty() || text(key, node.get()).isBlank()) {
            return Optional.empty();
        }
        return Optional.of(parse(key, node.get(), parser));
    }

    <T> T required(String key, Parser<T> parser) throws ConfigException {
        Optional<Node> node = take(key);
        if (node.isEmpty()) {
            throw missing(key);
        }
        return parse(key, node.get(), parser);
    }

    /** A list of values, each parsed separately; empty when it is missing or has no content. */
    <T> List<T> values(String key, Parser<T> parser) throws ConfigException {
        Optional<Node> node = take(key);
        if (node.isEmpty() || node.get().getTag().equals(Tag.NULL)) {
            return List.of();
        }
        if (!(plain(key, node.get()) instanceof SequenceNode list)) {
            throw wrong(key, "must be a list such as [a, b], not " + kind(node.get()));
        }
        List<T> values = new ArrayList<>();
        for (Node item : list.getValue()) {
            values.add(parse(key, item, YamlFile.lineOf(item), parser));
        }
        return List.copyOf(values);
    }

    /** A list of values, with a default if it is missing; a list without elements is empty. */
    <T> List<T> values(String key, List<T> otherwise, Parser<T> parser) throws ConfigException {
        List<T> given = values(key, parser);
        return present.containsKey(key) ? given : otherwise;
    }

    /** Whether the setting is present and has a list, which may be empty. */
    boolean isList(String key) {
        NodeTuple tuple = present.get(key);
        return tuple != null && tuple.getValueNode() instanceof SequenceNode;
    }

    /** The section of that name; an empty one when it is missing or has no content. */
    Section section(String key) throws ConfigException {
        Optional<Node> node = take(key);
        if (node.isEmpty() || node.get().getTag().equals(Tag.NULL)) {
            return new Section(source, pathOf(key), lineOf(key));
        }
        return mapping(pathOf(key), node.get());
    }

    /** The sections listed under that name, at least one. */
    List<Section> sections(String key) throws ConfigException {
        Optional<Node> node = take(key);
        if (node.isEmpty()) {
            throw missing(key);
        }
        if (node.get().getTag().equals(Tag.NULL)) {
            throw wrong(key, "is empty; add at least one item, such as \"- type: huggingface\"");
        }
        if (!(plain(key, node.get()) instanceof SequenceNode list)) {
            throw wrong(key, "must be a list, not " + kind(node.get()) + "; begin each item with \"- type: …\"");
        }
        List<Section> sections = new ArrayList<>();
        for (Node item : list.getValue()) {
            sections.add(mapping(pathOf(key) + "[" + sections.size() + "]", item));
        }
        if (sections.isEmpty()) {
            throw wrong(key, "is empty; add at least one item, such as \"- type: huggingface\"");
        }
        return sections;
    }

    /**
     * The sections listed under that name, possibly none; an item that is a single value counts as a section in which
     * {@code only} has that value.
     */
    List<Section> sections(String key, String only) throws ConfigException {
        Optional<Node> node = take(key);
        if (node.isEmpty() || node.get().getTag().equals(Tag.NULL)) {
            return List.of();
        }
        if (!(plain(key, node.get()) instanceof SequenceNode list)) {
            throw wrong(key, "must be a list such as [a, b], not " + kind(node.get()));
        }
        List<Section> sections = new ArrayList<>();
        for (Node item : list.getValue()) {
            String name = pathOf(key) + "[" + sections.size() + "]";
            sections.add(item instanceof ScalarNode value ? of(source, name, only, value) : mapping(name, item));
        }
        return List.copyOf(sections);
    }

    private static Section of(Source source, String name, String only, ScalarNode value) {
        Section section = new Section(source, name, YamlFile.lineOf(value));
        ScalarNode key = new ScalarNode(
                Tag.STR, only, value.getStartMark(), value.getEndMark(), DumperOptions.ScalarStyle.PLAIN);
        section.present.put(only, new NodeTuple(key, value));
        return section;
    }

    /** Rejects unknown settings; called after all known settings were read. */
    void refuseUnknown() throws ConfigException {
        for (Map.Entry<String, NodeTuple> entry : present.entrySet()) {
            if (!taken.contains(entry.getKey())) {
                throw unknown(entry.getKey(), taken);
            }
        }
    }

    /**
     * Rejects settings of this section that belong in its subsection {@code inner}. Considers only the settings that
     * have been read from {@code inner} so far.
     */
    void refuseMisplaced(Section inner) throws ConfigException {
        for (String key : present.keySet()) {
            if (!taken.contains(key) && inner.taken.contains(key)) {
                throw source.at(
                        lineOf(key),
                        "setting " + ErrorText.shown(key) + " belongs in " + inner.path
                                + "; indent it below \"config:\"");
            }
        }
    }

    /**
     * An error about one setting of this section; the reason continues a sentence that begins with the setting's name.
     */
    ConfigException wrong(String key, String reason) {
        return source.at(lineOf(key), pathOf(key) + " " + reason);
    }

    /** An error that the reader of this section found. */
    ConfigException wrong(InvalidSettingException cause) {
        return source.at(line, path + " " + cause.getMessage());
    }

    /** The line of the setting, or of the section when the setting is absent. */
    int lineOf(String key) {
        NodeTuple tuple = present.get(key);
        return tuple == null ? line : YamlFile.lineOf(tuple.getKeyNode());
    }

    private void add(NodeTuple tuple) throws ConfigException {
        if (!(tuple.getKeyNode() instanceof ScalarNode name)) {
            throw source.at(YamlFile.lineOf(tuple.getKeyNode()), "the name of a setting must be a plain word");
        }
        NodeTuple first = present.putIfAbsent(name.getValue(), tuple);
        if (first != null) {
            throw source.at(
                    YamlFile.lineOf(name),
                    "setting " + ErrorText.shown(name.getValue()) + " appears twice " + where() + ", first in line "
                            + YamlFile.lineOf(first.getKeyNode()) + "; remove one");
        }
    }

    private Optional<Node> take(String key) {
        taken.add(key);
        source.know(pathOf(key));
        return Optional.ofNullable(present.get(key)).map(NodeTuple::getValueNode);
    }

    private Section mapping(String name, Node node) throws ConfigException {
        if (node instanceof MappingNode mapping && PLAIN_TAGS.contains(node.getTag())) {
            return of(source, name, mapping);
        }
        throw source.at(
                YamlFile.lineOf(node),
                name + " must contain settings of the form \"name: value\", not " + kind(node)
                        + "; indent them below it");
    }

    private <T> T parse(String key, Node node, Parser<T> parser) throws ConfigException {
        return parse(key, node, lineOf(key), parser);
    }

    /** @param at the line for messages: in a list, the line of the item */
    private <T> T parse(String key, Node node, int at, Parser<T> parser) throws ConfigException {
        String text = text(key, node);
        if (text.isBlank()) {
            throw source.at(at, pathOf(key) + " is empty; give it a value, or remove the line to use the default");
        }
        try {
            return parser.parse(text.strip());
        } catch (BadValueException e) {
            String shown = e.isRepeatable() ? ", not " + ErrorText.shown(written(node)) : "";
            throw source.at(at, pathOf(key) + " " + e.reason() + shown);
        }
    }

    private String text(String key, Node node) throws ConfigException {
        if (!(plain(key, node) instanceof ScalarNode scalar)) {
            throw wrong(key, "must be a single value, not " + kind(node));
        }
        if (node.getTag().equals(Tag.NULL)) {
            return "";
        }
        try {
            return source.substitution().apply(scalar.getValue());
        } catch (BadValueException e) {
            throw wrong(key, e.reason());
        }
    }

    private Node plain(String key, Node node) throws ConfigException {
        if (!PLAIN_TAGS.contains(node.getTag())) {
            throw wrong(key, "has a YAML tag (an exclamation mark), which is not supported; quote the value");
        }
        return node;
    }

    private ConfigException missing(String key) {
        Set<String> strays = new LinkedHashSet<>(present.keySet());
        strays.removeAll(taken);
        return Spelling.nearest(key, strays)
                .map(stray -> unknown(stray, Set.of(key)))
                .orElseGet(() ->
                        source.at(line, "setting " + ErrorText.quoted(key) + " is missing " + where() + "; add it"));
    }

    private ConfigException unknown(String key, Set<String> known) {
        String remedy = Spelling.nearest(key, known)
                .map(name -> "did you mean " + ErrorText.quoted(name) + "?")
                .orElseGet(() -> "known settings: " + String.join(", ", known));
        return source.at(lineOf(key), "unknown setting " + ErrorText.shown(key) + " " + where() + "; " + remedy);
    }

    private String where() {
        return path.isEmpty() ? "at the top level" : "in " + path;
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /**
     * The text of a setting as it is in the file, before substitution, because a value from the environment may be a
     * secret.
     */
    private static String written(@Nullable Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    private static String kind(Node node) {
        return switch (node) {
            case MappingNode _ -> "a group of settings";
            case SequenceNode _ -> "a list";
            default -> node.getTag().equals(Tag.NULL) ? "nothing" : "a single value";
        };
    }
}
