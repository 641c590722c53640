package io.artifactvault.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * The configuration as a file. The parser only creates nodes, which have line numbers, and constructs no other objects
 * from the file.
 */
record YamlFile(Path path) {
    /** The beginning of SnakeYAML's message for a file with several documents. */
    private static final String SEVERAL_DOCUMENTS = "expected a single document";

    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_ALIASES = 20;
    private static final int MAX_DEPTH = 30;

    /** The mapping at the top level of the file, which must have exactly one document. */
    MappingNode load() throws ConfigException {
        String text = decode(bytes());
        if (text.isBlank()) {
            throw problem("the file is empty; start from config-sample.yml");
        }
        Node root = compose(text);
        if (root == null) {
            throw problem("the file contains only comments; start from config-sample.yml");
        }
        if (!(root instanceof MappingNode mapping)) {
            throw at(lineOf(root), "the file must contain settings of the form \"name: value\", such as \"backends:\"");
        }
        return mapping;
    }

    ConfigException at(int line, String message) {
        return new ConfigException(path + ":" + line + ": " + message);
    }

    static int lineOf(Node node) {
        return node.getStartMark() == null ? 1 : node.getStartMark().getLine() + 1;
    }

    private ConfigException problem(String message) {
        return new ConfigException(path + ": " + message);
    }

    private byte[] bytes() throws ConfigException {
        if (Files.isDirectory(path)) {
            throw problem("this is a folder; pass the configuration file inside it");
        }
        if (Files.notExists(path)) {
            throw problem("the file does not exist; copy config-sample.yml, or pass another file with --config");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw problem(
                        "the file is larger than 1 MiB, the limit of a configuration; pass another with --config");
            }
            return bytes;
        } catch (AccessDeniedException e) {
            throw problem("this user may not read the file; change its permissions");
        } catch (IOException e) {
            throw problem("the file cannot be read: " + oneLine(e.getMessage()));
        }
    }

    private String decode(byte[] bytes) throws ConfigException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CoderResult result = decoder.decode(in, out, true);
        out.flip();
        if (result.isError()) {
            throw at(lines(out), "the file is not UTF-8 text; save it as UTF-8");
        }
        return out.toString();
    }

    private @Nullable Node compose(String text) throws ConfigException {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_BYTES);
        options.setMaxAliasesForCollections(MAX_ALIASES);
        options.setNestingDepthLimit(MAX_DEPTH);
        try {
            return new Yaml(options).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            int line = markedLine(e);
            String problem = oneLine(e.getProblem());
            if (String.valueOf(e.getContext()).startsWith(SEVERAL_DOCUMENTS)) {
                throw at(line, "the file contains more than one YAML document; keep one, and remove the line \"---\"");
            }
            throw at(line, "this is not YAML: " + problem + hint(problem, text, line));
        } catch (ReaderException e) {
            int line = lines(text.codePoints().limit(Math.max(0, e.getPosition())));
            throw at(line, "the control character U+%04X is not allowed in YAML".formatted(e.getCodePoint()));
        } catch (YAMLException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw at(1, "the file uses YAML that is not supported: " + oneLine(e.getMessage()));
        }
    }

    private static int markedLine(MarkedYAMLException e) {
        return e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
    }

    private static String hint(String problem, String text, int line) {
        String source = text.lines().skip(line - 1L).findFirst().orElse("");
        if (Substitution.concerns(source)) {
            return "; quote a value with ${…} between { and }";
        }
        if (source.contains("*") && problem.startsWith("unexpected character found")) {
            return "; quote a value that begins with *";
        }
        return source.contains("\t") && !problem.contains("TAB")
                ? "; indent with spaces, not tabs"
                : "; correct the line, or start again from config-sample.yml";
    }

    private static int lines(CharSequence before) {
        return lines(before.chars());
    }

    private static int lines(IntStream before) {
        return 1 + (int) before.filter(c -> c == '\n').count();
    }

    private static String oneLine(@Nullable String message) {
        return message == null
                ? "no reason given"
                : ErrorText.redacted(message.strip().replaceAll("\\s*\\R\\s*", "; "));
    }
}
