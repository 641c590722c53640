package io.artifactvault.cache.work;

import io.artifactvault.cache.content.Interest;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.UpstreamTrace;
import io.artifactvault.http.LoopMark;
import io.artifactvault.origin.Interim;
import io.artifactvault.origin.RequestContext;
import io.artifactvault.origin.policy.FairPermits.Holder;
import java.util.List;
import java.util.Optional;

/**
 * One piece of work that uses upstream or the disk, which runs on its own virtual thread; it is bound to that thread,
 * and to each further thread that carries out a part of it.
 *
 * @param holder the backend and client whose permits it uses
 * @param trace records its upstream requests
 * @param interest the clients and readers that still need it
 * @param patient whether it waits for a place; if not, it fails, and a stored response is used instead
 * @param interim receives interim responses before the final one
 * @param vaults the vaults that the client's request came through
 */
public record Task(
        Holder holder,
        UpstreamTrace trace,
        Interest interest,
        boolean patient,
        Optional<Interim> interim,
        List<String> vaults) {
    private static final ScopedValue<Task> CURRENT = ScopedValue.newInstance();

    /** Creates a task that belongs to no client. */
    public Task(Holder holder, UpstreamTrace trace, Interest interest, boolean patient, Optional<Interim> interim) {
        this(holder, trace, interest, patient, interim, List.of());
    }

    /** The task of this thread. */
    public static Task current() {
        return CURRENT.get();
    }

    public static Task of(CacheRequest<?> request, UpstreamTrace trace, Interest interest) {
        Holder holder = new Holder(
                request.decisionLog().backend(), request.message().client().address());
        List<String> vaults = LoopMark.vaults(request.message().fields());
        return new Task(holder, trace, interest, true, Optional.empty(), vaults);
    }

    public Task impatient() {
        return new Task(holder, trace, interest, false, interim, vaults);
    }

    public Task withInterim(Interim early) {
        return new Task(holder, trace, interest, patient, Optional.of(early), vaults);
    }

    /** Runs a part of the task on the current thread. */
    public void run(Runnable part) {
        ScopedValue.Carrier scope = ScopedValue.where(CURRENT, this)
                .where(UpstreamTrace.CURRENT, trace)
                .where(RequestContext.CURRENT, new RequestContext(holder.client(), interest.cancellation(), vaults));
        if (interim.isPresent()) {
            scope = scope.where(Interim.LISTENER, interim.get());
        }
        scope.run(part);
    }
}
