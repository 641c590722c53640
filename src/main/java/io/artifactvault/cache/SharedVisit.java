package io.artifactvault.cache;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One request on its way through the shared cache.
 *
 * @param account what is told of it afterwards
 * @param alone whether it no longer joins others: what they were given was not for it
 */
record SharedVisit(
        Request request, HttpResource resource, CompletableFuture<Answer> answer, DecisionLog account, boolean alone)
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
        List<String> parts = new ArrayList<>(List.of(resource.key(), request.method()));
        menu.ifPresent(known -> parts.addAll(known.keys(resource.key(), resource.selecting())));
        return KeyBuilder.key(parts);
    }

    /** Whether the response is for this request alone: one person's, one with content, or one that no longer joins others. */
    boolean isForOne() {
        return alone || request.body().isPresent() || request.fields().has("Authorization");
    }

    /** A request for a part is nobody else's, although the content may be kept for others. */
    boolean isForPart() {
        return request.fields().has("Range");
    }
}
