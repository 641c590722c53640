package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Resource.Making;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.fetch.EcosystemSubject;
import io.artifactvault.cache.fetch.Engine;
import io.artifactvault.cache.fetch.Fetch;
import io.artifactvault.cache.fetch.Maker;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.Sentences;
import io.artifactvault.http.Fields;
import io.artifactvault.store.index.Entry;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The status for content that does not have the announced digest; clients do not retry after it. */
record EcosystemFetches(Engine engine, Maker maker) {
    /** The status for content that does not have the announced digest; clients do not retry after it. */
    private static final int CONFLICT = 409;

    /**
     * Obtains a resource for a request.
     *
     * @param urgent whether no stored response may be used if upstream fails
     */
    void fetch(
            CacheRequest<Resource> request,
            Resource resource,
            Optional<Entry> stored,
            boolean wantsBody,
            boolean urgent,
            CompletableFuture<FetchOutcome> outcome) {
        Optional<Making> making = resource.making();
        if (engine.fills().mismatches().covers(resource.key(), engine.clock().instant())) {
            Fields reason = Fields.of("X-Error-Message", Sentences.mismatch(resource.title()));
            outcome.complete(new FetchOutcome.Final(Verdict.Kind.OTHER, CONFLICT, reason, new byte[0], true));
        } else if (making.isPresent()) {
            maker.store(request.at(resource), making.get(), outcome);
        } else {
            new Fetch(
                            engine,
                            new EcosystemSubject(
                                    engine, resource, request.caller(), stored, wantsBody, urgent, outcome))
                    .run();
        }
    }
}
