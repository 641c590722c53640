package io.artifactvault.cache;

import io.artifactvault.cache.Segments.Claim;
import io.artifactvault.http.ByteRange;
import io.artifactvault.origin.Cancellation;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.store.BlobWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches what readers want of one content of known length, by one stream or several, and goes on by Range where a
 * stream breaks off. The lead runs in the fill's place, the others on threads of their own; they write in turn.
 *
 * <p>Phases: fetching what is wanted → lingering, in case a reader wants more → all is there, or at rest, or failed.
 */
final class Streams {
    private static final Logger log = LoggerFactory.getLogger(Streams.class);

    /** Readers of ranges come back soon, and then find the file open and the way known. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    private final Fills fills;
    private final Route route;
    private final BlobWriter writer; // guarded by turn
    private final Progress progress;
    private final long length;
    private final Segments segments;
    private final Object turn = new Object();
    private final Task task = Task.current();
    private final Cancellation cancellation = task.interest().cancellation();
    private final Optional<AtHand> atHand;
    private volatile @Nullable Exception fault;

    /** @param atHand a response that has already come */
    Streams(
            Fills fills,
            CacheSettings settings,
            Route route,
            BlobWriter writer,
            Progress progress,
            Optional<AtHand> atHand) {
        this.fills = fills;
        this.route = route;
        this.writer = writer;
        this.progress = progress;
        this.length = route.length();
        this.atHand = atHand;
        this.segments = new Segments(progress, length, settings.segmentSize(), settings.parallelSegments());
    }

    /**
     * Fetches as long as readers want more.
     *
     * @return whether all of the content is there
     * @throws OriginException when upstream does not send the wanted bytes after all retries
     * @throws IOException when the store cannot take it
     */
    boolean fill() throws OriginException, IOException {
        // Before another stream looks for something to fetch.
        Optional<Claim> begun = atHand.flatMap(segments::claim);
        progress.onDemand(this::demanded);
        try (Cancellation.Registration _ = cancellation.onCancel(segments::change)) {
            enlist();
            if (begun.isPresent()) {
                fetch(atHand.orElseThrow(), begun.get());
            }
            while (!progress.present().covers(length)) {
                Optional<Claim> claim = segments.claim();
                if (claim.isPresent()) {
                    fetch(claim.get(), Persistence.ofLead());
                } else if (isAtRest()) {
                    return false;
                }
                throwFault();
                cancellation.check("the fill");
            }
            return true;
        } finally {
            progress.onDemand(() -> {});
            end(new IOException("the fill is over"));
            atHand.ifPresent(answer -> answer.response().close());
        }
    }

    /** Nobody writes any more when this returns. */
    private void end(Exception why) {
        synchronized (turn) {
            if (fault == null) {
                fault = why;
            }
        }
        segments.change();
    }

    private boolean isAtRest() throws OriginException {
        boolean patient = !segments.isIdle() || !fills.isBusy();
        try {
            return !segments.await(patient ? LINGER : Duration.ZERO) && segments.isIdle() && progress.rest();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OriginException(OriginFailure.INTERRUPTED, "the fill", e);
        }
    }

    /** On the thread of who wants more. */
    private void demanded() {
        segments.change();
        enlist();
    }

    private void enlist() {
        while (segments.hire()) {
            if (!fills.assist(task, this::help)) {
                segments.leave();
                return;
            }
        }
    }

    private void help() {
        try {
            Optional<Claim> claim = segments.claimOrLeave();
            while (claim.isPresent()) {
                fetch(claim.get(), Persistence.ofHelper());
                claim = segments.claimOrLeave();
            }
        } catch (OriginException e) {
            log.debug("One stream fewer: {}", e.getMessage());
            segments.leave();
        } catch (IOException | RuntimeException e) {
            segments.leave();
            end(e);
        }
    }

    private void throwFault() throws IOException {
        Exception why = fault;
        if (why != null) {
            throw why instanceof IOException e ? e : new IOException("a stream failed", why);
        }
    }

    private void fetch(AtHand answer, Claim claim) throws OriginException, IOException {
        Persistence persistence = Persistence.ofLead();
        try (RacedBody body = new RacedBody(route, answer.response(), answer.offset())) {
            pump(body, claim, persistence);
        } catch (OriginException e) {
            persistence.afterFailure(e);
        }
        fetch(claim, persistence);
    }

    private void fetch(Claim claim, Persistence persistence) throws OriginException, IOException {
        try {
            ByteRange rest = segments.rest(claim);
            while (rest != null) {
                try (RangedAnswer answer = route.ask(rest);
                        RacedBody body = new RacedBody(route, answer.response(), answer.offset())) {
                    if (answer.whole()) {
                        segments.takeAll(claim);
                    }
                    pump(body, claim, persistence);
                } catch (OriginException e) {
                    throwFault();
                    persistence.afterFailure(e);
                }
                rest = segments.rest(claim);
            }
        } finally {
            segments.release(claim);
        }
    }

    /** Bytes before the claim are skipped; at its end, which may come nearer meanwhile, the response is left. */
    private void pump(RacedBody body, Claim claim, Persistence persistence) throws OriginException, IOException {
        while (segments.room(claim) > 0) {
            boolean more = body.next(() -> segments.rest(claim), (bytes, at) -> {
                int count = bytes.remaining();
                take(bytes, at, claim);
                persistence.progressed(count);
            });
            if (!more) {
                throw new OriginException(OriginFailure.BODY_CUT, "upstream");
            }
        }
    }

    private void take(ByteBuffer bytes, long at, Claim claim) throws IOException {
        boolean moreStreams;
        synchronized (turn) {
            throwFault();
            long position = segments.position(claim);
            bytes.position(bytes.position() + Math.clamp(position - at, 0, bytes.remaining()));
            int count = Math.clamp(segments.room(claim), 0, bytes.remaining());
            bytes.limit(bytes.position() + count);
            if (count == 0) {
                return;
            }
            writer.write(position, bytes);
            // Present first, out of the claim then: what is neither would be fetched again by another stream.
            progress.advance(writer.extents());
            moreStreams = segments.advanced(claim, count, System.nanoTime());
        }
        if (moreStreams) {
            enlist();
        }
    }
}
