package io.artifactvault.snapshot;

import io.artifactvault.backend.FileList;
import java.util.List;
import java.util.Map;

/**
 * A list of files as an operator sends it.
 *
 * @param backend empty for those of the ecosystem
 * @param ecosystem empty for that of the first backend that reads lists
 * @param name of the set of files
 * @param files the list, then the files that it includes; at least one
 * @param options of the backend, each with its values
 */
public record ListQuery(
        String backend, String ecosystem, String name, List<File> files, Map<String, List<String>> options) {
    /** One file's name and content. */
    public record File(String name, String text) {}

    FileList list() {
        return new FileList(
                name,
                files.stream()
                        .map(file -> new FileList.Text(file.name, file.text))
                        .toList(),
                options);
    }
}
