package io.artifactvault.server;

import static java.util.Comparator.comparingInt;
import static java.util.stream.Collectors.joining;

import io.artifactvault.backend.Backend;
import io.artifactvault.http.Request;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Maps host names and path prefixes to backends. A backend mounted under the request's host name takes precedence over
 * those mounted under every name; among several backends of one of these groups, the longest prefix wins, so that a
 * backend at the root receives all other requests. Immutable.
 */
final class Mounts {
    private final List<Backend> longestFirst;

    Mounts(List<Backend> backends) {
        this.longestFirst = backends.stream()
                .sorted(comparingInt((Backend backend) -> backend.prefix().length())
                        .reversed())
                .toList();
    }

    Optional<Backend> find(Request request) {
        return find(request.target().path(), request.fields().first("Host"));
    }

    Optional<Backend> find(String path, Optional<String> hostField) {
        String host = host(hostField.orElse(""));
        return first(path, host).or(() -> first(path, ""));
    }

    private Optional<Backend> first(String path, String host) {
        return longestFirst.stream()
                .filter(backend -> path.startsWith(backend.prefix()))
                .filter(backend -> host.isEmpty() ? backend.hosts().isEmpty() : backend.isNamed(host))
                .findFirst();
    }

    private static String host(String field) {
        return HostField.host(field.toLowerCase(Locale.ROOT));
    }

    /** The mounts in words, for the error that a client receives for a path below none of them. */
    String inWords() {
        return longestFirst.stream().map(Mounts::inWords).distinct().sorted().collect(joining(", "));
    }

    private static String inWords(Backend backend) {
        return backend.hosts().isEmpty()
                ? backend.prefix()
                : backend.hosts().stream().map(host -> host + backend.prefix()).collect(joining(", "));
    }
}
