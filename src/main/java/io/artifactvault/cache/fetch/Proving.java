package io.artifactvault.cache.fetch;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.content.ChunkPipe;
import io.artifactvault.cache.content.ContentStore;
import io.artifactvault.cache.content.StoreException;
import io.artifactvault.cache.fill.HeldBackOutput;
import io.artifactvault.cache.fill.PipeOutput;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.upstream.Hops;
import io.artifactvault.cache.upstream.Silence;
import io.artifactvault.cache.upstream.Upstreams;
import io.artifactvault.cache.work.Replies;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Hasher;
import io.artifactvault.http.Request;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.redirect.RedirectFollower.Arrival;
import io.artifactvault.store.blob.BlobWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes content whose digest upstream did not name to one client. The response contains no byte from the store.
 * Complete content that matches the digest in the resource's address proves that the client may receive it: only then
 * is the content stored and access recorded. The last chunk is held back until that proof. Runs sequentially on a
 * task's thread.
 */
public final class Proving {
    private static final Logger log = LoggerFactory.getLogger(Proving.class);

    private final Upstreams upstreams;
    private final ContentStore store;
    private final EcosystemFiling filing;
    private final CacheRequest<Resource> request;
    private final CacheStatus cacheStatus;
    private final Request message;

    /** @param filing records access once the content has proven that the client may have it */
    public Proving(
            Upstreams upstreams,
            ContentStore store,
            EcosystemFiling filing,
            CacheRequest<Resource> request,
            CacheStatus cacheStatus) {
        this.upstreams = upstreams;
        this.store = store;
        this.filing = filing;
        this.request = request;
        this.message = request.message();
        this.cacheStatus = cacheStatus;
    }

    public void run() {
        Upstream upstream = request.resource().upstream();
        Optional<String> range = range();
        Fields fields =
                range.map(wanted -> upstream.fields().with("Range", wanted)).orElse(upstream.fields());
        OriginRequest originRequest = new OriginRequest(
                message.method(), upstream.uri(), fields, upstream.credential(), Optional.empty(), true);
        try (Arrival arrival = upstreams.follow(originRequest, request.resource(), _ -> false)) {
            deliver(arrival, range.isPresent());
        } catch (OriginException e) {
            Replies.failed(request, e, cacheStatus.withDetail("upstream-failed"));
        }
    }

    /**
     * The range that the client requests; none if it sends If-Range, because its validator cannot be compared with
     * content that upstream did not identify.
     */
    private Optional<String> range() {
        return message.fields().has("If-Range")
                ? Optional.empty()
                : message.fields().joined("Range");
    }

    private void deliver(Arrival arrival, boolean partWanted) throws OriginException {
        int status = arrival.last().status();
        if (partWanted && (status == 206 || status == 416)) {
            part(arrival, status);
            return;
        }
        List<UpstreamAnswer> answers = Hops.answers(arrival.hops());
        switch (request.resource().judge(answers)) {
            case Verdict.Content(Facts facts, boolean _) -> whole(arrival, facts);
            case Verdict.Final(Verdict.Kind kind, Fields fields, Optional<String> _) ->
                Replies.finish(
                        request,
                        new FetchOutcome.Final(kind, status, fields, new byte[0], false),
                        forwardedStatus(status));
            case Verdict.Challenge(var _, Verdict.Final refused) ->
                Replies.finish(
                        request,
                        new FetchOutcome.Final(refused.kind(), status, refused.fields(), new byte[0], false),
                        forwardedStatus(status));
            case Verdict.Unexpected(String why) -> throw Hops.unexpected(arrival.last(), why);
            case Verdict.Follow _ -> throw Hops.unexpected(arrival.last(), "a redirect that was not followed");
        }
    }

    private CacheStatus forwardedStatus(int status) {
        return cacheStatus.withForwardStatus(status);
    }

    /** Passes a part of the content, which proves nothing; the client must check it. */
    private void part(Arrival arrival, int status) {
        OriginResponse response = arrival.response();
        Fields.Builder fields = Fields.builder().add("Accept-Ranges", "bytes");
        for (String name : List.of("Content-Type", "Content-Range", "Content-Length")) {
            response.fields().first(name).ifPresent(value -> fields.add(name, value));
        }
        ChunkPipe pipe = answer(status, fields.build());
        if (pipe != null) {
            Silence.allow(response, request.resource().upstream());
            PipeOutput.putAll(pipe, response, request.title());
        }
    }

    private @Nullable ChunkPipe answer(int status, Fields fields) {
        Fields all = fields.with("Cache-Control", "private").with("Vary", "Authorization");
        if (message.isHead()) {
            request.answer().complete(new Answer(status, all, new Body.None(), forwardedStatus(status)));
            return null;
        }
        ChunkPipe pipe = new ChunkPipe();
        request.answer().complete(new Answer(status, all, new Body.Piped(pipe), forwardedStatus(status)));
        return pipe;
    }

    private void whole(Arrival arrival, Facts facts) throws OriginException {
        if (Upstreams.isEncoded(arrival.response())) {
            throw Hops.unexpected(arrival.last(), "a Content-Encoding, which the digest cannot verify");
        }
        OptionalLong length = arrival.response().contentLength();
        Fields.Builder fields =
                request.resource().present(facts.fields(), message).toBuilder().set("Accept-Ranges", "bytes");
        arrival.response().fields().first("Content-Length").ifPresent(bytes -> fields.set("Content-Length", bytes));
        ChunkPipe pipe = answer(200, fields.build());
        if (pipe == null) {
            return;
        }
        Silence.allow(arrival.response(), request.resource().upstream());
        boolean proven = false;
        try {
            proven = pump(arrival.response(), facts, length, pipe);
        } catch (OriginException | IOException e) {
            log.info("Broke off {}: {}", request.title(), e.getMessage());
        } finally {
            pipe.end(proven);
        }
    }

    /** Passes the body to the client; returns whether it was the expected content. */
    private boolean pump(OriginResponse response, Facts facts, OptionalLong length, ChunkPipe pipe)
            throws OriginException, IOException {
        Digest expected = facts.digest().orElseThrow();
        HeldBackOutput out = new HeldBackOutput(pipe, Optional.of(Hasher.of(expected.algorithm(), length.orElse(0))));
        try (Copy copy = new Copy(length)) {
            boolean more = true;
            while (more) {
                more = response.next(bytes -> {
                    copy.write(bytes.duplicate());
                    out.write(bytes);
                });
            }
            boolean right = out.finish(Optional.of(expected));
            if (right) {
                copy.keep(expected);
                filing.recordContent(facts, filing.entry(facts, 200));
            } else {
                log.warn(
                        "The content of {} does not have the digest {}; closing the client's connection.",
                        request.title(),
                        expected);
            }
            return right;
        }
    }

    /**
     * The copy for the store, which is kept if the content is verified. If the store does not accept it, the client
     * still receives the content. Confined to the task's thread.
     */
    private final class Copy implements AutoCloseable {
        private Optional<BlobWriter> writer;
        private long at;

        Copy(OptionalLong length) {
            writer = create(length);
        }

        private Optional<BlobWriter> create(OptionalLong length) {
            try {
                return Optional.of(store.create(length, Optional.empty()));
            } catch (StoreException e) {
                log.debug("Could not store {}: {}", request.title(), e.getMessage());
                return Optional.empty();
            }
        }

        void write(ByteBuffer bytes) {
            int count = bytes.remaining();
            try {
                if (writer.isPresent()) {
                    writer.get().write(at, bytes);
                    at += count;
                }
            } catch (IOException e) {
                giveUp(e);
            }
        }

        void keep(Digest expected) {
            try {
                if (writer.isPresent() && writer.get().verify()) {
                    var _ = store.commit(writer.get(), Optional.of(expected));
                    store.news().stored();
                }
            } catch (IOException e) {
                giveUp(e);
            }
        }

        private void giveUp(IOException e) {
            log.warn("Could not store {}: {}. Check the disk of the cache folder.", request.title(), e.toString());
            close();
            writer = Optional.empty();
        }

        @Override
        public void close() {
            writer.ifPresent(BlobWriter::close);
        }
    }
}
