package io.artifactvault.server;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;
import static java.util.stream.Collectors.joining;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.Mount;
import io.artifactvault.backend.Mount.Selector;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Maps requests to backends: by the query, by the host name, by the listener, and last by the path. A backend that the
 * query, the host name or the listener names takes precedence over those mounted for every request; among equals the
 * longest prefix wins, so that a backend at the root receives all other requests. Immutable.
 */
final class Mounts {
    /** The order of the selectors, and then the longest prefix first. */
    private static final Comparator<Mounted> ORDER = comparing(
                    (Mounted mounted) -> mounted.mount().selector())
            .thenComparing(
                    comparingInt((Mounted mounted) -> mounted.mount().prefix().length())
                            .reversed());

    private final List<Mounted> inOrder;
    private final Optional<Backend> ofListener;

    /** A backend at one of its mounts. */
    record Mounted(Backend backend, Mount mount) {}

    /** @param ofListener the backend that owns the listener; empty for the listener of all */
    Mounts(List<Backend> backends, Optional<Backend> ofListener) {
        this.inOrder = backends.stream()
                .flatMap(backend -> backend.mounts().stream().map(mount -> new Mounted(backend, mount)))
                .sorted(ORDER)
                .toList();
        this.ofListener = ofListener;
    }

    Optional<Mounted> find(Request request) {
        return find(
                request.target().path(),
                Optional.of(request.target()),
                request.fields().first("Host"));
    }

    /**
     * For a request that was not read as a whole.
     *
     * @param path as the client spelled it
     */
    Optional<Mounted> find(String path, Optional<String> hostField) {
        return find(path, Optional.empty(), hostField);
    }

    private Optional<Mounted> find(String path, Optional<Target> target, Optional<String> hostField) {
        String host = HostField.host(hostField.orElse("").toLowerCase(Locale.ROOT));
        return inOrder.stream()
                .filter(mounted -> mounted.mount().contains(path) && isSelected(mounted, target, host))
                .findFirst();
    }

    private boolean isSelected(Mounted mounted, Optional<Target> target, String host) {
        Backend backend = mounted.backend();
        return switch (mounted.mount().selector()) {
            case QUERY -> target.filter(backend::isNamedBy).isPresent();
            case HOST -> backend.isNamed(host);
            case LISTENER -> ofListener.filter(backend::equals).isPresent();
            case PATH, REST -> true;
        };
    }

    /** The mounts in words, for the error that a client receives for a path below none of them. */
    String inWords() {
        return inOrder.stream()
                .map(Mounted::backend)
                .distinct()
                .map(Mounts::inWords)
                .sorted()
                .collect(joining(", "));
    }

    private static String inWords(Backend backend) {
        boolean byHostOnly = backend.mounts().stream().allMatch(mount -> mount.selector() == Selector.HOST);
        return byHostOnly
                ? backend.hosts().stream().map(host -> host + backend.prefix()).collect(joining(", "))
                : backend.prefix();
    }
}
