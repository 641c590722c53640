package io.artifactvault.cache;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.http.Request;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One request on its way through the shared cache.
 *
 * @param account what is told of it afterwards
 * @param alone whether it no longer joins others: what they were given was not for it
 */
record SharedVisit(
        Request request, HttpResource resource, CompletableFuture<Answer> answer, Account account, boolean alone)
        implements Waiting {
    @Override
    public String title() {
        return resource.title();
    }

    SharedVisit byItself() {
        return new SharedVisit(request, resource, answer, account, true);
    }

    /** The same, whose answer goes there first and is not stored. */
    SharedVisit pastTheStore(CompletableFuture<Answer> other) {
        Request unstored = new Request(
                request.method(),
                request.target(),
                request.fields().with("Cache-Control", "no-store"),
                request.base(),
                request.body(),
                request.early(),
                request.client());
        return new SharedVisit(unstored, resource, other, account, true);
    }

    /** Under which equal questions meet. */
    String flight(Optional<Menu> menu) {
        String variant = menu.map(known -> String.join(" ", known.keys(resource.key(), request.fields())))
                .orElse("");
        return resource.key() + "\n" + request.method() + "\n" + variant;
    }

    /** A request of one person's, or for a part, is nobody else's. */
    boolean mayJoin() {
        return !alone
                && !request.fields().has("Authorization")
                && !request.fields().has("Range");
    }
}
