package io.artifactvault.backend;

import java.util.List;
import java.util.Map;

/**
 * A list of files that an operator sends, such as a lock file.
 *
 * @param name of the set of files, for messages and pins
 * @param texts the list itself, then the texts that it includes; at least one
 * @param options how the backend chooses among the files, each with its values
 */
public record FileList(String name, List<Text> texts, Map<String, List<String>> options) {
    public FileList {
        texts = List.copyOf(texts);
        options = Map.copyOf(options);
    }

    /** One file's name, as messages and other texts mention it, and its content. */
    public record Text(String name, String content) {}
}
