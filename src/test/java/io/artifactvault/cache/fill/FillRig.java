package io.artifactvault.cache.fill;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.ScriptedResponse;
import io.artifactvault.cache.access.Access;
import io.artifactvault.cache.access.Grants;
import io.artifactvault.cache.content.ContentCache;
import io.artifactvault.cache.content.ContentOrigin;
import io.artifactvault.cache.content.ContentStore;
import io.artifactvault.cache.content.Interest;
import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.cache.content.StoreNews;
import io.artifactvault.cache.fetch.Engine;
import io.artifactvault.cache.lookup.OpenStates;
import io.artifactvault.cache.lookup.ResourceLookup;
import io.artifactvault.cache.request.CacheSettings;
import io.artifactvault.cache.request.ClientRates;
import io.artifactvault.cache.request.FillSettings;
import io.artifactvault.cache.request.TokenSettings;
import io.artifactvault.cache.request.UpstreamTrace;
import io.artifactvault.cache.upstream.Representation;
import io.artifactvault.cache.upstream.TokenClient;
import io.artifactvault.cache.upstream.Upstreams;
import io.artifactvault.cache.work.Fetches;
import io.artifactvault.cache.work.Task;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Hasher;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.http.conditional.Validator;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.policy.FairPermits.Holder;
import io.artifactvault.origin.redirect.RedirectFollower;
import io.artifactvault.store.FaultyDisk;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.Verify;
import io.artifactvault.store.blob.BlobFile;
import io.artifactvault.store.blob.BlobStore;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.EntryBuilder;
import io.artifactvault.store.index.InMemoryEntryIndex;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A store in a real folder, an origin with one content, and what fills need between them. */
public final class FillRig implements AutoCloseable {
    public static final URI UPSTREAM = URI.create("http://127.0.0.1/content");
    public static final byte[] CONTENT = random(300_000);
    public static final Digest SHA256 = sha256(CONTENT);

    public final FaultyDisk disk = new FaultyDisk();
    public final BlobStore blobs;
    public final InMemoryEntryIndex index = new InMemoryEntryIndex();
    public final ContentOrigin origin = new ContentOrigin(CONTENT);
    public final Fetches fills = new Fetches(FillSettings.defaults(), 1);
    public final AtomicInteger stored = new AtomicInteger();

    /** The bytes that were reported as not fetched. */
    public final AtomicLong saved = new AtomicLong();

    public final ContentCache contents;
    public final Fill.Tools tools;

    public FillRig(Path folder) throws IOException {
        this.blobs = disk.store(StoreSettings.of(folder, 1L << 40, 16 << 20, 64));
        this.contents = new ContentCache(index, blobs, Verify.START, 1 << 20);
        ContentStore store = new ContentStore(blobs, index, contents, news());
        this.tools = new Fill.Tools(store, fills, upstreams(), CacheSettings.defaults());
    }

    private StoreNews news() {
        return new StoreNews() {
            @Override
            public void stored() {
                stored.incrementAndGet();
            }

            @Override
            public void saved(long bytes) {
                saved.addAndGet(bytes);
            }
        };
    }

    /** As the origin hedges now. */
    public Upstreams upstreams() {
        RedirectFollower follower = new RedirectFollower(origin);
        return new Upstreams(
                follower, new TokenClient(follower, TokenSettings.defaults(), Clock.systemUTC()), origin.hedges());
    }

    public Engine engine() {
        return engine(Clock.systemUTC(), 0);
    }

    /** @param maxRate the requests to upstream per second that one client may cause; 0 for no limit */
    public Engine engine(Clock clock, int maxRate) {
        return engine(
                clock,
                CacheSettings.defaults().toBuilder().maxClientRate(maxRate).build());
    }

    public Engine engine(Clock clock, CacheSettings settings) {
        OpenStates openStates = new OpenStates(index, clock);
        return new Engine(
                settings,
                index,
                new ResourceLookup(index, contents, openStates),
                new Fill.Tools(tools.store(), fills, tools.upstreams(), settings),
                new Access(new Grants(settings.credentials()), openStates, fills, tools.upstreams(), clock),
                new ClientRates(settings.maxClientRate(), clock),
                new MemoryBudget(1 << 20, 1 << 20),
                clock);
    }

    public static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    public static Digest sha256(byte[] bytes) {
        Hasher hasher = Hasher.of(Digest.Algorithm.SHA256, bytes.length);
        hasher.update(ByteBuffer.wrap(bytes));
        return hasher.finish();
    }

    /** An entry of the origin's content, as far as the parts that are given tell. */
    public static Entry entry(OptionalLong length, Optional<Digest> content) {
        return EntryBuilder.entry("key")
                .fields(Fields.of("ETag", "\"v1\""))
                .length(length)
                .content(content)
                .build();
    }

    /** Content whose digest upstream names. */
    public static Representation proven() {
        return representation(entry(OptionalLong.of(CONTENT.length), Optional.of(SHA256)));
    }

    /** Other content of the origin's, whose digest upstream names. */
    public Representation proven(byte[] content) {
        origin.replace(content, "\"v1\"");
        return representation(entry(OptionalLong.of(content.length), Optional.of(sha256(content))));
    }

    /** Content that only a strong validator names. */
    public static Representation validated() {
        Entry head = entry(OptionalLong.empty(), Optional.empty());
        return representation(head.named(Validator.strong(head.fields()).orElseThrow(), CONTENT.length));
    }

    /** Content of which not even the length is known. */
    public static Representation unnamed() {
        return representation(EntryBuilder.entry("key").build());
    }

    /** Something at the rig's origin. */
    public static final class Asked implements Resource {
        @Override
        public String title() {
            return "content";
        }

        @Override
        public String key() {
            return "key";
        }

        @Override
        public Lifetime lifetime() {
            return Lifetime.FOREVER;
        }

        @Override
        public Upstream upstream() {
            return new Upstream(UPSTREAM, Fields.EMPTY, Optional.empty(), 5, PrivateTargets.ALL);
        }

        @Override
        public Verdict judge(List<UpstreamAnswer> chain) {
            return new Verdict.Unexpected("nothing that is judged here");
        }
    }

    public static Representation representation(Entry entry) {
        return new Representation(new Asked(), entry, new Representation.Semantics() {
            @Override
            public Verdict judge(List<UpstreamAnswer> chain) {
                UpstreamAnswer last = chain.getLast();
                Optional<Digest> named = last.fields().first("Names-Digest").flatMap(Digest::parse);
                if (named.isPresent()) {
                    return new Verdict.Content(
                            new Facts(last.fields(), OptionalLong.empty(), named, Optional.empty()), false);
                }
                OptionalLong length = last.fields().first("Content-Length").stream()
                        .mapToLong(Long::parseLong)
                        .findFirst();
                Facts facts = new Facts(last.fields(), length, Optional.empty(), Optional.empty());
                return last.status() == 200
                        ? new Verdict.Content(facts, true)
                        : new Verdict.Final(Verdict.Kind.OTHER, last.fields(), Optional.empty());
            }

            @Override
            public boolean edits(Fields fields) {
                return fields.has("Edited");
            }

            @Override
            public boolean isShort() {
                return false;
            }
        });
    }

    /** The origin's response to a request for all of it. */
    public ScriptedResponse response() {
        return origin.content(OriginRequest.get(UPSTREAM));
    }

    /** A step that only a task's thread may take. */
    @FunctionalInterface
    public interface Step<T> {
        T run() throws OriginException, IOException;
    }

    /** Takes the step as a task that is wanted for as long as it runs. */
    public <T> T asTask(Step<T> step) throws OriginException, IOException {
        Interest interest = fills.newInterest();
        interest.filling();
        var _ = interest.add();
        return asTask(interest, step);
    }

    public <T> T asTask(Interest interest, Step<T> step) throws OriginException, IOException {
        Task task = new Task(new Holder("files", "127.0.0.2"), new UpstreamTrace(), interest, true, Optional.empty());
        Outcome<T> outcome = new Outcome<>();
        task.run(() -> outcome.take(step));
        return outcome.get();
    }

    /** What a step gave or threw. Confined to the test's thread. */
    private static final class Outcome<T> {
        private Optional<T> value = Optional.empty();
        private Optional<Exception> failure = Optional.empty();

        void take(Step<T> step) {
            try {
                value = Optional.of(step.run());
            } catch (OriginException | IOException e) {
                failure = Optional.of(e);
            }
        }

        T get() throws OriginException, IOException {
            if (failure.isPresent()) {
                switch (failure.get()) {
                    case OriginException e -> throw e;
                    case IOException e -> throw e;
                    default -> throw new AssertionError(failure.get());
                }
            }
            return value.orElseThrow();
        }
    }

    /** A fill as a task of its own. */
    void run(Representation content, Fill.Start start, Runnable begun) throws OriginException, IOException {
        var _ = asTask(() -> {
            new Fill(tools, content).run(start, begun);
            return true;
        });
    }

    public Optional<byte[]> read(Digest sha256) throws IOException {
        Optional<BlobFile> file = blobs.open(sha256);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try (BlobFile open = file.get()) {
            return Optional.of(read(open));
        }
    }

    public static byte[] read(BlobFile file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) file.channel().size());
        while (buffer.hasRemaining() && file.channel().read(buffer, buffer.position()) >= 0) {
            // Until all is read.
        }
        return buffer.array();
    }

    /** Waits until no task is in progress, or the test has reached its time limit. */
    public void awaitQuiet() {
        while (fills.open() > 0 && !Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        fills.close();
        blobs.close();
    }
}
