package io.artifactvault.snapshot;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.FileLists;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The backends that serve the files of an operator's list, and how they read it.
 *
 * @param label under which their pins and jobs count: the backend's name, or the ecosystem's for several backends
 * @param backends at least one
 */
record ListReader(String label, FileLists lists, List<Backend> backends) {
    /** No backend has a name that ends so. */
    private static final String ALL = "/*";

    /**
     * Chooses among all backends.
     *
     * @param backend a backend's name; empty for those of the ecosystem
     * @param ecosystem empty for that of the backend, or of the first one that reads lists
     * @throws IllegalArgumentException with a sentence, if no backend is suitable
     */
    static ListReader of(List<Backend> all, String backend, String ecosystem) {
        List<Backend> readers =
                all.stream().filter(one -> one.fileLists().isPresent()).toList();
        List<Backend> named = readers.stream()
                .filter(one -> backend.isEmpty() || one.name().equals(backend))
                .filter(one -> ecosystem.isEmpty() || lists(one).ecosystem().equals(ecosystem))
                .toList();
        if (named.isEmpty()) {
            throw new IllegalArgumentException("No backend with lists of files"
                    + (backend.isEmpty() ? " is configured" : " is named \"" + backend + "\"")
                    + (ecosystem.isEmpty() ? "" : " in the ecosystem \"" + ecosystem + "\"")
                    + "; backends with lists of files: "
                    + readers.stream()
                            .map(one -> one.name() + " (" + lists(one).ecosystem() + ")")
                            .collect(Collectors.joining(", "))
                    + ".");
        }
        Backend first = named.getFirst();
        FileLists own = lists(first);
        if (!backend.isEmpty()) {
            return new ListReader(first.name(), own, List.of(first));
        }
        List<Backend> alike = named.stream()
                .filter(one -> lists(one).ecosystem().equals(own.ecosystem()))
                .toList();
        return own.together(alike.stream().map(ListReader::lists).toList())
                .map(together -> new ListReader(own.ecosystem() + ALL, together, alike))
                .orElseGet(() -> new ListReader(first.name(), own, List.of(first)));
    }

    private static FileLists lists(Backend backend) {
        return backend.fileLists().orElseThrow();
    }
}
