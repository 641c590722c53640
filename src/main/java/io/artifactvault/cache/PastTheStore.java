package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Resource.Making;
import io.artifactvault.cache.content.Interest;
import io.artifactvault.cache.fetch.EcosystemFiling;
import io.artifactvault.cache.fetch.Engine;
import io.artifactvault.cache.fetch.Maker;
import io.artifactvault.cache.fetch.PassThrough;
import io.artifactvault.cache.fetch.Proving;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.UpstreamTrace;
import io.artifactvault.cache.work.Replies;
import io.artifactvault.cache.work.Task;
import io.artifactvault.http.CacheStatus;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/**
 * Requests an ecosystem's resource from upstream for one client alone, past the store. Each request is a task that is
 * counted in its client's rate and ends when its client leaves. Never blocks.
 */
record PastTheStore(Engine engine, Maker maker) {
    /** Passes the request through and stores nothing. */
    void pass(CacheRequest<Resource> request, CacheStatus status) {
        Optional<Making> making = request.resource().making();
        if (making.isPresent()) {
            execute(request, () -> maker.pass(request, making.get(), status));
            return;
        }
        execute(request, new PassThrough(engine, request.message(), request.resource(), status, request.answer())::run);
    }

    /** Requests content that only its own bytes can prove to be the content. */
    void prove(CacheRequest<Resource> request, CacheStatus status) {
        EcosystemFiling filing = new EcosystemFiling(
                engine,
                request.resource(),
                request.caller(),
                false,
                engine.clock().instant());
        execute(request, new Proving(engine.upstreams(), engine.store(), filing, request, status)::run);
    }

    private void execute(CacheRequest<Resource> request, Runnable work) {
        if (!engine.rates().take(request.message().client())) {
            Replies.limited(request);
            return;
        }
        UpstreamTrace trace = new UpstreamTrace();
        request.decisionLog().follows(trace);
        Interest interest = engine.fills().newInterest();
        var _ = interest.join(request.message().client().departure());
        try {
            engine.fills().tasks().start(Task.of(request, trace, interest), () -> Replies.guarded(request, work));
        } catch (RejectedExecutionException e) {
            Replies.busy(request);
        }
    }
}
