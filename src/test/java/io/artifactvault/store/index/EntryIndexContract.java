package io.artifactvault.store.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.store.Peek;
import io.artifactvault.store.StoredContent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link EntryIndex} does. */
public abstract class EntryIndexContract {
    public static final Instant NOON = Instant.parse("2026-11-23T12:00:00.123456789Z");
    public static final Digest SHA256 = sha256("content");
    public static final Digest GIT_SHA1 =
            StoredContent.digest(Digest.Algorithm.GIT_BLOB_SHA1, "content".getBytes(StandardCharsets.UTF_8));
    public static final Entry ENTRY = new Entry(
            "hub/openai/gpt-x@1234/config.json",
            200,
            Fields.of("ETag", "\"abc\"", "Content-Type", "text/plain; charset=utf-8", "X-Note", "a: b", "X-Empty", ""),
            OptionalLong.of(7),
            Optional.of(GIT_SHA1),
            Optional.of(SHA256),
            NOON,
            NOON.plusSeconds(1));

    public Path dir;
    public EntryIndex index;

    public abstract EntryIndex open(Path dir) throws IOException;

    static Digest sha256(String content) {
        return StoredContent.digest(Digest.Algorithm.SHA256, content.getBytes(StandardCharsets.UTF_8));
    }

    public static Entry entry(int number) {
        return new Entry(
                "key-" + number,
                200,
                ENTRY.fields().with("ETag", "\"" + number + "\""),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                NOON,
                NOON);
    }

    /** Memory may not know, but it never contradicts. */
    static <T> void assertNotDenied(Peek<T> peek, T value) {
        assertThat(peek).isIn(new Peek.Found<>(value), new Peek.Unknown<T>());
    }

    static void assertNotFound(Peek<?> peek) {
        assertThat(peek).isNotInstanceOf(Peek.Found.class);
    }

    @BeforeEach
    void openIndex(@TempDir Path made) throws IOException {
        dir = made;
        index = open(dir);
    }

    @AfterEach
    void closeIndex() {
        index.close();
    }

    @Test
    void anEntryIsVisibleAtOnceAndAfterItIsOnDisk() {
        index.put(ENTRY);
        assertNotDenied(index.peek(ENTRY.key()), ENTRY);
        assertThat(index.load(ENTRY.key())).hasValue(ENTRY);
        index.flush();
        assertThat(index.load(ENTRY.key())).hasValue(ENTRY);
    }

    @Test
    void anEntryIsNotFoundBeforeItIsPut() {
        assertNotFound(index.peek("key-1"));
        assertThat(index.load("key-1")).isEmpty();
        assertNotFound(index.peek("key-1"));
        index.put(entry(1));
        assertNotDenied(index.peek("key-1"), entry(1));
        assertThat(index.load("key-1")).hasValue(entry(1));
    }

    @Test
    void theLastEntryPutCounts() {
        index.put(ENTRY);
        index.flush();
        Entry checked = ENTRY.confirmed(ENTRY.fields(), NOON, NOON.plusSeconds(60));
        index.put(checked);
        assertThat(index.load(ENTRY.key())).hasValue(checked);
        index.flush();
        assertThat(index.load(ENTRY.key())).hasValue(checked);
    }

    @Test
    void aRemovedEntryIsGoneAtOnceAndForGood() {
        index.put(ENTRY);
        index.flush();
        index.remove(ENTRY.key());
        assertNotFound(index.peek(ENTRY.key()));
        assertThat(index.load(ENTRY.key())).isEmpty();
        index.flush();
        assertThat(index.load(ENTRY.key())).isEmpty();
    }

    @Test
    void entriesWhoseKeysBeginAlikeAreRemovedTogetherOnDiskAndOnTheirWayThere() {
        String prefix = "https://a/%_ü 12ab ";
        index.put(ENTRY.filedUnder(prefix + "1", Fields.EMPTY));
        index.flush();
        index.put(ENTRY.filedUnder(prefix + "2", Fields.EMPTY));
        index.put(ENTRY.filedUnder("https://a/%_ü 12ac 1", Fields.EMPTY));
        index.put(ENTRY.filedUnder("https://a/xyü 12ab 1", Fields.EMPTY));
        index.flush();
        index.put(ENTRY.filedUnder(prefix + "\uD83D\uDE00", Fields.EMPTY));
        index.removeAll(prefix);

        for (String end : List.of("1", "2", "\uD83D\uDE00")) {
            assertThat(index.load(prefix + end)).isEmpty();
        }
        index.flush();
        assertThat(index.load("https://a/%_ü 12ac 1")).isPresent();
        assertThat(index.load("https://a/xyü 12ab 1")).isPresent();
    }

    @Test
    void aCredentialIsNeverKept() {
        Fields fields = ENTRY.fields().toBuilder()
                .add("authorization", "Bearer hf_secret")
                .add("Cookie", "session=secret")
                .add("X-Some-Access-Token", "secret")
                .add("cookie", "more=secret")
                .build();
        index.put(new Entry(
                ENTRY.key(),
                200,
                fields,
                ENTRY.length(),
                ENTRY.content(),
                ENTRY.blob(),
                ENTRY.requestedAt(),
                ENTRY.checkedAt()));
        assertThat(index.load(ENTRY.key())).hasValue(ENTRY);
    }

    @Test
    void aResponseToAnEarlierRequestNeverReplacesALaterOne() {
        PointerValue earlier = new PointerValue("aaaa", NOON);
        PointerValue later = new PointerValue("bbbb", NOON.plusNanos(1));
        index.putPointer("main", later);
        index.putPointer("main", earlier);
        assertThat(index.loadPointer("main")).hasValue(later);
        index.flush();
        index.putPointer("main", earlier);
        index.flush();
        assertThat(index.loadPointer("main")).hasValue(later);
        PointerValue latest = new PointerValue("cccc", NOON.plusSeconds(1));
        index.putPointer("main", latest);
        assertNotDenied(index.peekPointer("main"), latest);
        assertThat(index.loadPointer("main")).hasValue(latest);
    }

    @Test
    void aRemovedPointerCanBePutAnew() {
        index.putPointer("main", new PointerValue("bbbb", NOON.plusSeconds(9)));
        index.removePointers("main", NOON);
        assertThat(index.loadPointer("main")).isEmpty();
        PointerValue anew = new PointerValue("aaaa", NOON);
        index.putPointer("main", anew);
        index.flush();
        assertThat(index.loadPointer("main")).hasValue(anew);
    }

    @Test
    void aResponseToARequestFromBeforeAMoveDoesNotRestoreThePointer() {
        index.removePointers("acme/tiny@", NOON);
        index.putPointer("acme/tiny@main", new PointerValue("aaaa", NOON.minusSeconds(1)));
        assertThat(index.loadPointer("acme/tiny@main")).isEmpty();
        PointerValue later = new PointerValue("bbbb", NOON);
        index.putPointer("acme/tiny@main", later);
        assertThat(index.loadPointer("acme/tiny@main")).hasValue(later);
    }

    @Test
    void pointersAreForgottenByTheBeginningOfTheirNames() {
        PointerValue value = new PointerValue("aaaa", NOON);
        index.putPointer("acme/tiny@main", value);
        index.flush();
        index.putPointer("acme/tiny@dév", value);
        index.putPointer("acme/tiny2@main", value);
        index.removePointers("acme/tiny@", NOON);
        assertThat(index.loadPointer("acme/tiny@main")).isEmpty();
        assertThat(index.loadPointer("acme/tiny@dév")).isEmpty();
        assertThat(index.loadPointer("acme/tiny2@main")).hasValue(value);
    }

    @Test
    void aBlobIsFoundByAllItsDigests() {
        assertThat(index.loadBlob(GIT_SHA1)).isEmpty();
        index.putBlob(SHA256, 7, Optional.of(GIT_SHA1), Optional.empty());
        assertThat(index.loadBlob(SHA256)).hasValue(SHA256);
        assertThat(index.loadBlob(GIT_SHA1)).hasValue(SHA256);
        assertNotDenied(index.peekBlob(GIT_SHA1), SHA256);
        assertNotDenied(index.peekBlob(SHA256), SHA256);
        index.flush();
        assertThat(index.loadBlob(GIT_SHA1)).hasValue(SHA256);
    }

    @Test
    void aRemovedBlobIsFoundByNoneOfItsDigestsUntilItComesBack() {
        index.putBlob(SHA256, 7, Optional.of(GIT_SHA1), Optional.empty());
        index.flush();
        index.removeBlob(SHA256);
        assertNotFound(index.peekBlob(GIT_SHA1));
        assertThat(index.loadBlob(SHA256)).isEmpty();
        assertThat(index.loadBlob(GIT_SHA1)).isEmpty();
        index.flush();
        assertThat(index.loadBlob(GIT_SHA1)).isEmpty();
        index.putBlob(SHA256, 7, Optional.of(GIT_SHA1), Optional.empty());
        assertThat(index.loadBlob(GIT_SHA1)).hasValue(SHA256);
    }

    @Test
    void aScopeIsPublicFromWhenItWasSeenSoUntilItIsForgotten() {
        assertThat(index.loadPublic("openai/gpt-x")).isEmpty();
        index.markPublic("openai/gpt-x", NOON);
        index.markPublic("openai/gpt-x", NOON.minusSeconds(1));
        assertThat(index.loadPublic("openai/gpt-x")).hasValue(NOON);
        assertNotDenied(index.peekPublic("openai/gpt-x"), NOON);
        index.flush();
        index.forgetPublic("openai/gpt-x", NOON);
        assertNotFound(index.peekPublic("openai/gpt-x"));
        assertThat(index.loadPublic("openai/gpt-x")).isEmpty();
        index.flush();
        assertThat(index.loadPublic("openai/gpt-x")).isEmpty();
    }

    @Test
    void aScopeThatIsClosedClosesAllItsStates() {
        index.markPublic("openai/gpt-x", NOON);
        index.markPublic("openai/gpt-x\nc1", NOON);
        index.markPublic("openai/gpt-xl\nc1", NOON);
        index.flush();
        index.markPublic("openai/gpt-x\nc2", NOON);
        index.forgetPublic("openai/gpt-x", NOON.plusSeconds(1));
        assertThat(index.loadPublic("openai/gpt-x\nc1")).isEmpty();
        assertThat(index.loadPublic("openai/gpt-x\nc2")).isEmpty();
        assertThat(index.loadPublic("openai/gpt-xl\nc1")).hasValue(NOON);
        index.flush();
        assertThat(index.loadPublic("openai/gpt-x\nc1")).isEmpty();
    }

    @Test
    void aMarkFromBeforeTheClosingOpensNothing() {
        index.forgetPublic("openai/gpt-x", NOON);
        index.markPublic("openai/gpt-x", NOON.minusSeconds(1));
        index.markPublic("openai/gpt-x\nc1", NOON.minusSeconds(1));
        assertThat(index.loadPublic("openai/gpt-x")).isEmpty();
        assertThat(index.loadPublic("openai/gpt-x\nc1")).isEmpty();
        index.markPublic("openai/gpt-x\nc1", NOON);
        assertThat(index.loadPublic("openai/gpt-x\nc1")).hasValue(NOON);
    }

    @Test
    void tenThousandEntriesAreReadBack() {
        for (int i = 0; i < 10_000; i++) {
            index.put(entry(i));
        }
        for (int i = 0; i < 10_000; i++) {
            assertThat(index.load("key-" + i)).hasValue(entry(i));
        }
        index.flush();
        for (int i = 0; i < 10_000; i++) {
            assertThat(index.load("key-" + i)).hasValue(entry(i));
        }
    }

    @Test
    void aThreadAlwaysSeesWhatItPutLast() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int thread = t;
                all.add(threads.submit(() -> putAndLoad(thread)));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    private void putAndLoad(int thread) {
        String name = "pointer-" + thread;
        for (int i = 0; i < 2_000; i++) {
            PointerValue value = new PointerValue(Integer.toString(i), NOON.plusSeconds(i));
            index.putPointer(name, value);
            assertThat(index.loadPointer(name)).hasValue(value);
        }
    }

    @Test
    void flushingAndClosingTwiceIsAllowed() {
        index.flush();
        index.flush();
        index.close();
        index.close();
    }

    @Test
    void checksumsAndLengthStayWithTheirBlob() throws IOException {
        int[] sums = {0, 1, -1, Integer.MIN_VALUE, 0x00ff80c3};
        index.putBlob(SHA256, 7, Optional.of(GIT_SHA1), Optional.of(new Checksums(sums)));
        assertThat(index.loadLength(SHA256)).hasValue(7L);
        assertThat(index.loadChecksums(SHA256).orElseThrow().crc32c()).containsExactly(sums);
        index.flush();
        index.putBlob(SHA256, 7, Optional.empty(), Optional.empty());
        assertThat(index.loadChecksums(SHA256).orElseThrow().crc32c()).containsExactly(sums);
        index.removeBlob(SHA256);
        assertThat(index.loadChecksums(SHA256)).isEmpty();
        assertThat(index.loadLength(SHA256)).isEmpty();
    }

    @Test
    void aBlobMayHaveNoChecksums() {
        index.putBlob(SHA256, 7, Optional.empty(), Optional.empty());
        assertThat(index.loadChecksums(SHA256)).isEmpty();
    }
}
