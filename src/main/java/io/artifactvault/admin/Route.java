package io.artifactvault.admin;

import io.artifactvault.cache.request.Answer;
import java.util.Optional;

/**
 * One row of the admin API's table.
 *
 * @param path the literal path; if it ends in a slash, one further segment follows
 * @param guarded whether {@link AdminGuard} is checked first
 * @param does the action, which runs on an admin thread
 */
record Route(String method, String path, boolean guarded, Does does) {
    Route(String method, String path, Does does) {
        this(method, path, true, does);
    }

    /** A route that is open to every caller that reaches the port. */
    static Route open(String method, String path, Does does) {
        return new Route(method, path, false, does);
    }

    /** Handles a call; may block. */
    @FunctionalInterface
    interface Does {
        Answer answer(Call call) throws AdminException;
    }

    /** The last segment of the path, if the route leaves it open; empty when this route does not match. */
    Optional<String> tail(String asked) {
        if (!path.endsWith("/")) {
            return asked.equals(path) ? Optional.of("") : Optional.empty();
        }
        boolean fits = asked.startsWith(path) && asked.length() > path.length();
        return Optional.of(asked)
                .filter(_ -> fits)
                .map(text -> text.substring(path.length()))
                .filter(rest -> rest.indexOf('/') < 0);
    }
}
