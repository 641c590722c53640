package io.artifactvault.store.sqlite;

import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Scan;
import java.util.Optional;
import java.util.Set;

/**
 * The keys of format 2, whose parts were separated by spaces and at signs, and the equivalent keys since format 3.
 * Pure; used only by the migration between the two formats.
 *
 * <p>Responses for files are kept: their keys held the whole request. Responses of the Hub's API, lists and manifests
 * are dropped, because one key could stand for several requests; they are fetched again.
 */
final class FormerKeys {
    private static final Set<String> TYPES = Set.of("datasets", "spaces", "kernels");

    private FormerKeys() {}

    /** The new key of a row, or empty when the row is dropped. Keys of another form are left unchanged. */
    static Optional<String> entry(String former) {
        String[] parts = former.split(" ", -1);
        String kind = parts.length > 1 ? parts[1] : "";
        return switch (kind) {
            case "resolve", "raw" -> parts.length == 4 ? file(parts) : Optional.empty();
            case "layer", "lfs" ->
                parts.length == 4 ? ofRepository(parts[0], kind, parts[2], parts[3]) : Optional.empty();
            case "http" ->
                parts.length == 5
                        ? http(parts[0], parts[2]).map(primary -> KeyBuilder.key(primary, parts[3], parts[4]))
                        : Optional.empty();
            case "api", "list", "manifest" -> Optional.empty();
            default -> Optional.of(former);
        };
    }

    private static Optional<String> file(String[] parts) {
        int at = parts[2].lastIndexOf('@');
        String commit = parts[2].substring(at + 1);
        return at > 0 && Scan.isLowerHex(commit, 40)
                ? ofRepository(parts[0], parts[1], parts[2].substring(0, at), commit, parts[3])
                : Optional.empty();
    }

    static Optional<String> pointer(String former) {
        String[] parts = former.split(" ", -1);
        if (isVariants(former)) {
            return http(parts[1], parts[3]).map(primary -> KeyBuilder.key("variants", primary));
        }
        if (parts.length != 3 || !parts[1].equals("revision")) {
            return Optional.of(former);
        }
        int at = parts[2].indexOf('@');
        // A key with two at signs can be split in two ways, so it is dropped and the name is requested again.
        return at > 0 && at == parts[2].lastIndexOf('@')
                ? ofRepository(parts[0], "revision", parts[2].substring(0, at), parts[2].substring(at + 1))
                : Optional.empty();
    }

    /**
     * Whether a pointer lists the variants of a target: if so, it has to record the key under which they were hashed.
     */
    static boolean isVariants(String former) {
        String[] parts = former.split(" ", -1);
        return parts.length == 4 && parts[0].equals("variants") && parts[2].equals("http");
    }

    /** The line that records this key. */
    static String formerLine(String former) {
        return "\nformer " + former.substring("variants ".length());
    }

    static Optional<String> scope(String former) {
        String[] parts = former.split(" ", -1);
        boolean ofRepository = parts.length == 3 && (parts[1].equals("files") || parts[1].equals("metadata"));
        return ofRepository ? ofRepository(parts[0], parts[1], parts[2]) : Optional.of(former);
    }

    private static Optional<String> ofRepository(String backend, String kind, String repository, String... rest) {
        int slash = repository.indexOf('/');
        boolean typed = slash > 0 && TYPES.contains(repository.substring(0, slash));
        String[] parts = new String[4 + rest.length];
        parts[0] = backend;
        parts[1] = kind;
        parts[2] = typed ? repository.substring(0, slash) : "models";
        parts[3] = typed ? repository.substring(slash + 1) : repository;
        System.arraycopy(rest, 0, parts, 4, rest.length);
        return Optional.of(KeyBuilder.key(parts));
    }

    private static Optional<String> http(String backend, String uri) {
        int scheme = uri.indexOf("://");
        int slash = scheme < 0 ? -1 : uri.indexOf('/', scheme + 3);
        return slash < 0
                ? Optional.empty()
                : Optional.of(KeyBuilder.key(backend, "http", uri.substring(0, slash), uri.substring(slash)));
    }
}
