package io.artifactvault.cache.fetch;

import io.artifactvault.cache.content.StoreException;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.upstream.Hops;
import io.artifactvault.cache.upstream.UpstreamHead;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.redirect.RedirectFollower.Arrival;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One fetch: sends its subject's request upstream and carries out the {@link Ruling} on the response. Sequential and
 * blocking, on its task's virtual thread; may continue with the content after its outcome is known. Each attempt enters
 * each {@link Phase} at most once.
 */
public final class Fetch {
    private static final Logger log = LoggerFactory.getLogger(Fetch.class);

    /** The phase of a fetch. */
    enum Phase {
        /** The request is sent; the head of its response is awaited. */
        ASKING,
        /** The head was received, and the rules decide what happens to the response. */
        RULING,
        /** Upstream confirmed the stored response, which receives the fields of the confirmation. */
        CONFIRMING,
        /**
         * The response is stored: unless its content is already stored, the content waits for a place and is written to
         * disk.
         */
        KEEPING,
        /** The response is sent to the requesting client, and no part of it is stored. */
        PASSING,
        /** Upstream denies the caller the content. */
        REFUSING,
        /** Upstream cannot respond properly now; the waiting requests look for a stored response. */
        UNAVAILABLE,
        /** The response is unusable; the next attempt requests more. */
        ASKING_AGAIN,
        /** The fetch has ended. */
        OVER
    }

    private final Engine engine;
    private final FetchSubject subject;
    private Phase phase = Phase.ASKING;

    public Fetch(Engine engine, FetchSubject subject) {
        this.engine = engine;
        this.subject = subject;
    }

    public void run() {
        try {
            boolean settled = attempt();
            while (!settled && subject.askAgain()) {
                settled = attempt();
            }
            enter(Phase.OVER);
        } catch (OriginException e) {
            log.debug("The fetch of {} failed while {}: {}", subject.title(), phase, e.getMessage());
            subject.outcome().complete(new FetchOutcome.Failed(e));
        } catch (StoreException e) {
            e.writeTo(log, subject.title());
            subject.outcome().complete(new FetchOutcome.Unstorable());
        }
    }

    /** Makes one attempt; returns false if the response did not determine the outcome. */
    private boolean attempt() throws OriginException {
        enter(Phase.ASKING);
        try (Arrival arrival = engine.upstreams().follow(subject.request(), subject.resource(), subject::isEnough)) {
            enter(Phase.RULING);
            UpstreamHead head = UpstreamHead.of(arrival, engine.clock().instant());
            subject.received(head);
            return carryOut(subject.rules().rule(head), head, arrival);
        }
    }

    private boolean carryOut(Ruling ruling, UpstreamHead head, Arrival arrival) throws OriginException {
        return switch (ruling) {
            case Ruling.Confirm confirm -> {
                enter(Phase.CONFIRMING);
                yield subject.confirm(confirm, head);
            }
            case Ruling.Keep keep -> {
                enter(Phase.KEEPING);
                yield subject.keep(keep, head, arrival);
            }
            case Ruling.Pass pass -> {
                enter(Phase.PASSING);
                yield subject.pass(pass, head, arrival);
            }
            case Ruling.Refuse refuse -> {
                enter(Phase.REFUSING);
                yield subject.refuse(refuse, arrival);
            }
            case Ruling.Unavailable unavailable -> {
                enter(Phase.UNAVAILABLE);
                yield unavailable(unavailable, arrival);
            }
            case Ruling.AskForAll(boolean forgets) -> {
                enter(Phase.ASKING_AGAIN);
                subject.dropConditions();
                if (forgets) {
                    subject.forgetStored();
                }
                yield false;
            }
        };
    }

    private boolean unavailable(Ruling.Unavailable ruling, Arrival arrival) throws OriginException {
        if (ruling.unexpected().isPresent()) {
            throw Hops.unexpected(arrival.last(), ruling.unexpected().get());
        }
        return subject.unavailable(ruling, arrival);
    }

    private void enter(Phase next) {
        phase = next;
    }
}
