package io.artifactvault.config;

import java.util.function.Consumer;

/**
 * The state shared by all sections of one file.
 *
 * @param file the file, for messages
 * @param substitution replaces environment variables in values
 * @param known receives each setting that the reader reads, with {@code []} for every index; for the tests of the
 *     sample file and the documentation
 */
record Source(YamlFile file, Substitution substitution, Consumer<String> known) {
    ConfigException at(int line, String message) {
        return file.at(line, message);
    }

    void know(String path) {
        known.accept(path.replaceAll("\\[\\d+]", "[]"));
    }
}
