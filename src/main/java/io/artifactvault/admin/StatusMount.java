package io.artifactvault.admin;

import java.net.URI;
import java.util.List;

/**
 * A backend as the status page shows it.
 *
 * @param prefix the path under which it is mounted, with a slash at both ends
 * @param hosts the only host names under which it is mounted, if restricted
 * @param variable the environment variable that points clients to it; empty when there is none
 */
public record StatusMount(String name, String prefix, List<String> hosts, String variable) {
    /** The addresses for clients that reach the vault at {@code base}, such as {@code http://vault:8080}. */
    List<String> addresses(String base) {
        if (hosts.isEmpty()) {
            return List.of(base + path());
        }
        URI reached = URI.create(base);
        String port = reached.getPort() < 0 ? "" : ":" + reached.getPort();
        return hosts.stream()
                .map(host -> reached.getScheme() + "://" + host + port + path())
                .toList();
    }

    /** The path for an environment variable: endpoints in variables have no slash at the end. */
    private String path() {
        return variable.isEmpty() ? prefix : prefix.substring(0, prefix.length() - 1);
    }
}
