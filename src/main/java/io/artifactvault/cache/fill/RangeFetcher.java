package io.artifactvault.cache.fill;

import io.artifactvault.cache.content.Progress;
import io.artifactvault.cache.fill.SegmentScheduler.Claim;
import io.artifactvault.cache.request.CacheSettings;
import io.artifactvault.cache.upstream.ContentSource;
import io.artifactvault.cache.upstream.OpenResponse;
import io.artifactvault.cache.upstream.RacedBody;
import io.artifactvault.cache.upstream.RangeResponse;
import io.artifactvault.cache.upstream.ResumePolicy;
import io.artifactvault.cache.work.Fetches;
import io.artifactvault.cache.work.Task;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.origin.Cancellation;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.store.blob.BlobWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the ranges of one content of known length that readers request, with one or several streams, and resumes by
 * Range when a stream breaks off. The lead, which is the first stream, runs in the fill's place, the others on their
 * own threads; only one writes at a time.
 *
 * <p>Phases: fetching requested ranges → lingering, in case a reader requests more → complete, at rest, or failed.
 */
final class RangeFetcher {
    private static final Logger log = LoggerFactory.getLogger(RangeFetcher.class);

    /**
     * How long a fill waits for further requests: readers of ranges often return soon, and then find the file open and
     * the source known.
     */
    private static final Duration LINGER = Duration.ofSeconds(2);

    private final Fetches fills;
    private final ContentSource source;
    private final BlobWriter writer; // guarded by turn
    private final Progress progress;
    private final long length;
    private final SegmentScheduler scheduler;
    private final Object turn = new Object();
    private final Task task = Task.current();
    private final Cancellation cancellation = task.interest().cancellation();
    private final Optional<OpenResponse> openResponse;
    private volatile @Nullable Exception fault;

    /** @param openResponse a response that is already open */
    RangeFetcher(
            Fetches fills,
            CacheSettings settings,
            ContentSource source,
            BlobWriter writer,
            Progress progress,
            Optional<OpenResponse> openResponse) {
        this.fills = fills;
        this.source = source;
        this.writer = writer;
        this.progress = progress;
        this.length = source.length();
        this.openResponse = openResponse;
        this.scheduler = new SegmentScheduler(
                progress, length, settings.segmentSize(), source.rangeUnit(), settings.parallelSegments());
    }

    /**
     * Fetches while readers request more bytes.
     *
     * @return whether the whole content is present
     * @throws OriginException if upstream does not send the requested bytes after all retries
     * @throws IOException if the store cannot accept the content
     */
    boolean fill() throws OriginException, IOException {
        // This must happen before another stream looks for a part to fetch.
        Optional<Claim> begun = openResponse.flatMap(scheduler::claim);
        progress.onDemand(this::demanded);
        try (Cancellation.Registration _ = cancellation.onCancel(scheduler::change)) {
            enlist();
            if (begun.isPresent()) {
                fetch(openResponse.orElseThrow(), begun.get());
            }
            while (!progress.present().covers(length)) {
                Optional<Claim> claim = scheduler.claim();
                if (claim.isPresent()) {
                    fetch(claim.get(), ResumePolicy.ofLead());
                } else if (isAtRest()) {
                    return false;
                }
                throwFault();
                cancellation.check("the fill");
            }
            return true;
        } finally {
            progress.onDemand(() -> {});
            end(new IOException("the fill has ended"));
            openResponse.ifPresent(answer -> answer.response().close());
        }
    }

    /** Ends all streams; no stream writes after this method returns. */
    private void end(Exception why) {
        synchronized (turn) {
            if (fault == null) {
                fault = why;
            }
        }
        scheduler.change();
    }

    private boolean isAtRest() throws OriginException {
        boolean patient = !scheduler.isIdle() || !fills.isBusy();
        try {
            return !scheduler.await(patient ? LINGER : Duration.ZERO) && scheduler.isIdle() && progress.rest();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OriginException(OriginFailure.INTERRUPTED, "the fill", e);
        }
    }

    /** Called on the requesting reader's thread when a reader requests more bytes. */
    private void demanded() {
        scheduler.change();
        enlist();
    }

    private void enlist() {
        while (scheduler.hire()) {
            if (!fills.assist(task, this::help)) {
                scheduler.leave();
                return;
            }
        }
    }

    private void help() {
        try {
            Optional<Claim> claim = scheduler.claimOrLeave();
            while (claim.isPresent()) {
                fetch(claim.get(), ResumePolicy.ofHelper());
                claim = scheduler.claimOrLeave();
            }
        } catch (OriginException e) {
            log.debug("Continuing with one stream fewer: {}", e.getMessage());
            scheduler.leave();
        } catch (IOException | RuntimeException e) {
            scheduler.leave();
            end(e);
        }
    }

    private void throwFault() throws IOException {
        Exception why = fault;
        if (why != null) {
            throw why instanceof IOException e ? e : new IOException("a stream failed", why);
        }
    }

    private void fetch(OpenResponse answer, Claim claim) throws OriginException, IOException {
        ResumePolicy policy = ResumePolicy.ofLead();
        try (RacedBody body = new RacedBody(source, answer.response(), answer.offset())) {
            pump(body, claim, policy);
        } catch (OriginException e) {
            policy.afterFailure(e);
        }
        fetch(claim, policy);
    }

    private void fetch(Claim claim, ResumePolicy policy) throws OriginException, IOException {
        try {
            ByteRange rest = scheduler.rest(claim);
            while (rest != null) {
                try (RangeResponse answer = source.ask(rest);
                        RacedBody body = new RacedBody(source, answer.response(), answer.offset())) {
                    if (answer.whole()) {
                        scheduler.takeAll(claim);
                    }
                    pump(body, claim, policy);
                } catch (OriginException e) {
                    throwFault();
                    policy.afterFailure(e);
                }
                rest = scheduler.rest(claim);
            }
        } finally {
            scheduler.release(claim);
        }
    }

    /**
     * Writes the bytes of the claim: skips those before it, and abandons the response at its end, which may move closer
     * in the meantime.
     */
    private void pump(RacedBody body, Claim claim, ResumePolicy policy) throws OriginException, IOException {
        while (scheduler.room(claim) > 0) {
            boolean more = body.next(() -> scheduler.rest(claim), (bytes, at) -> {
                int count = bytes.remaining();
                take(bytes, at, claim);
                policy.progressed(count);
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
            long position = scheduler.position(claim);
            bytes.position(bytes.position() + Math.clamp(position - at, 0, bytes.remaining()));
            int count = Math.clamp(scheduler.room(claim), 0, bytes.remaining());
            bytes.limit(bytes.position() + count);
            if (count == 0) {
                return;
            }
            writer.write(position, bytes);
            // The bytes are first marked as present, then removed from the claim: otherwise another stream would fetch
            // them again.
            progress.advance(writer.extents());
            moreStreams = scheduler.advanced(claim, count, System.nanoTime());
        }
        if (moreStreams) {
            enlist();
        }
    }
}
