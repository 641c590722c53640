package io.artifactvault.cache;

import io.artifactvault.origin.FairPermits.Holder;
import io.artifactvault.origin.Interim;
import io.artifactvault.origin.RequestContext;
import java.util.Optional;

/**
 * One piece of work towards upstream or the disk, on a virtual thread of its own; bound to that thread, and to each further one that
 * carries part of it.
 *
 * @param holder on whose account it goes
 * @param trail what upstream is asked on the way
 * @param interest who still wants it
 * @param patient whether it waits for a place; if not, what is stored will do instead
 * @param interim takes answers before the final one
 */
record Task(Holder holder, Trail trail, Interest interest, boolean patient, Optional<Interim> interim) {
    private static final ScopedValue<Task> CURRENT = ScopedValue.newInstance();

    /** The task of this thread. */
    static Task current() {
        return CURRENT.get();
    }

    static Task of(Waiting visit, Trail trail, Interest interest) {
        Holder holder =
                new Holder(visit.account().backend(), visit.request().client().address());
        return new Task(holder, trail, interest, true, Optional.empty());
    }

    Task impatient() {
        return new Task(holder, trail, interest, false, interim);
    }

    Task telling(Interim early) {
        return new Task(holder, trail, interest, patient, Optional.of(early));
    }

    /** Runs part of the task on this thread. */
    void run(Runnable part) {
        ScopedValue.Carrier scope = ScopedValue.where(CURRENT, this)
                .where(Trail.CURRENT, trail)
                .where(RequestContext.CURRENT, new RequestContext(holder.client(), interest.cancellation()));
        if (interim.isPresent()) {
            scope = scope.where(Interim.LISTENER, interim.get());
        }
        scope.run(part);
    }
}
