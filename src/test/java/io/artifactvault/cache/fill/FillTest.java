package io.artifactvault.cache.fill;

import static io.artifactvault.cache.fill.FillRig.CONTENT;
import static io.artifactvault.cache.fill.FillRig.SHA256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.artifactvault.cache.ScriptedResponse;
import io.artifactvault.cache.content.Progress;
import io.artifactvault.cache.content.StoreException;
import io.artifactvault.cache.lookup.Listing;
import io.artifactvault.cache.upstream.OpenResponse;
import io.artifactvault.cache.upstream.Representation;
import io.artifactvault.http.Digest;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.store.FaultyDisk.Step;
import io.artifactvault.store.index.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Timeout(60)
class FillTest {
    @TempDir
    private Path folder;

    private FillRig rig;

    @BeforeEach
    void open() throws IOException {
        rig = new FillRig(folder);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private static void unheard() {
        // Readers are not what this test is about.
    }

    private Fill.Start withResponse() {
        return Fill.Start.with(OpenResponse.whole(rig.response()));
    }

    /** Records what a listing is asked, and what becomes of its content. */
    private static final class RecordingListing implements Listing {
        private final List<String> calls = new ArrayList<>();
        private final AtomicReference<Progress> progress = new AtomicReference<>();
        private Optional<Entry> stored = Optional.empty();

        @Override
        public boolean isGrowing() {
            return false;
        }

        @Override
        public boolean awaitGone() {
            return false;
        }

        @Override
        public boolean add(Progress growing) {
            progress.set(growing);
            calls.add("add");
            return true;
        }

        @Override
        public void remove(Progress growing) {
            calls.add("remove");
        }

        @Override
        public boolean store(Entry whole) {
            stored = Optional.of(whole);
            calls.add("store");
            return false;
        }

        @Override
        public void forget() {
            calls.add("forget");
        }
    }

    private RecordingListing fillOnce(Representation content, ScriptedResponse response)
            throws OriginException, IOException {
        RecordingListing listing = new RecordingListing();
        var _ = rig.asTask(() -> {
            new Fill(rig.tools, content, listing).run(Fill.Start.once(response), FillTest::unheard);
            return true;
        });
        return listing;
    }

    @Test
    void verifiedContentIsStoredUnderItsDigestAndInItsEntry() throws Exception {
        rig.run(FillRig.proven(), withResponse(), FillTest::unheard);

        assertThat(rig.read(SHA256)).hasValue(CONTENT);
        assertThat(rig.index.load("key").flatMap(Entry::blob)).contains(SHA256);
        assertThat(rig.stored).hasValue(1);
        assertThat(rig.fills.isGrowing(SHA256.toString())).isFalse();
    }

    @Test
    void readersCanFollowAsSoonAsItHasBegun() throws Exception {
        AtomicReference<Progress> followed = new AtomicReference<>();
        rig.run(
                FillRig.proven(),
                withResponse(),
                () -> followed.set(rig.fills.growing(SHA256.toString()).orElseThrow()));

        assertThat(followed.get().isComplete()).isTrue();
        assertThat(FillRig.read(followed.get().file())).isEqualTo(CONTENT);
        followed.get().leave(false);
    }

    @Test
    void growingContentIsNotFetchedTwice() throws Exception {
        List<String> begun = new ArrayList<>();
        rig.run(FillRig.proven(), withResponse(), () -> {
            try {
                rig.run(FillRig.proven(), Fill.Start.NOTHING, () -> begun.add("second"));
            } catch (OriginException | IOException e) {
                throw new AssertionError(e);
            }
        });

        assertThat(begun).containsExactly("second");
        assertThat(rig.origin.asked()).isEmpty();
    }

    @Test
    void contentOfAnotherDigestIsNeitherStoredNorKeptInPart() throws Exception {
        rig.origin.replace(FillRig.random(CONTENT.length - 1), "\"v1\"");
        Representation shorter =
                FillRig.representation(FillRig.entry(OptionalLong.of(CONTENT.length - 1L), Optional.of(SHA256)));
        AtomicReference<Progress> followed = new AtomicReference<>();
        rig.run(
                shorter,
                withResponse(),
                () -> followed.set(rig.fills.growing(SHA256.toString()).orElseThrow()));

        assertThat(followed.get().isFailed()).isTrue();
        assertThat(followed.get().hasOtherWay()).isFalse();
        assertThat(rig.read(SHA256)).isEmpty();
        assertThat(rig.blobs.hasPartial(SHA256)).isFalse();
        assertThat(rig.stored).hasValue(0);
        followed.get().leave(false);
    }

    @Test
    void aNamedBodyThatBreaksOffIsResumedByRange() throws Exception {
        Fill.Start cut = Fill.Start.with(OpenResponse.whole(rig.response().cutAfter(100_000)));
        rig.run(FillRig.proven(), cut, FillTest::unheard);

        assertThat(rig.origin.ranges()).containsExactly("bytes=100000-299999");
        assertThat(rig.read(SHA256)).hasValue(CONTENT);
    }

    @Test
    void aResponseWithoutAValidatorIsNotResumed() throws Exception {
        RecordingListing listing = fillOnce(FillRig.unnamed(), rig.response().cutAfter(100_000));

        assertThat(rig.origin.asked()).isEmpty();
        assertThat(listing.calls).containsExactly("add", "remove");
        assertThat(listing.progress.get().isFailed()).isTrue();
        assertThat(listing.progress.get().hasOtherWay()).isFalse();
    }

    @Test
    void aResponseWithoutAValidatorIsStoredWholeAndThenNoLongerListed() throws Exception {
        RecordingListing listing = fillOnce(FillRig.unnamed(), rig.response());

        assertThat(listing.calls).containsExactly("add", "store", "remove");
        assertThat(listing.stored.flatMap(Entry::blob)).contains(SHA256);
        assertThat(listing.stored.orElseThrow().length()).hasValue(CONTENT.length);
        assertThat(rig.read(SHA256)).hasValue(CONTENT);
    }

    @Test
    void contentThatMayNotBeKeptIsNotReported() throws Exception {
        var _ = fillOnce(FillRig.unnamed(), rig.response());

        assertThat(rig.stored).hasValue(0);
    }

    @Test
    void aBrokenDiskSendsReadersOfNamedContentElsewhere() throws Exception {
        AtomicReference<Progress> followed = new AtomicReference<>();
        rig.run(FillRig.proven(), withResponse(), () -> {
            followed.set(rig.fills.growing(SHA256.toString()).orElseThrow());
            rig.disk.refuse(Step.WRITE);
        });
        rig.disk.heal();

        assertThat(followed.get().hasOtherWay()).isTrue();
        assertThat(followed.get().tail()).isEmpty();
        followed.get().leave(false);
    }

    @Test
    void aBrokenDiskSendsTheRestOfAnUnnamedBodyPastTheStore() throws Exception {
        RecordingListing listing = new RecordingListing();
        var _ = rig.asTask(() -> {
            new Fill(rig.tools, FillRig.unnamed(), listing).run(Fill.Start.once(rig.response()), () -> {
                assertThat(listing.progress.get().join()).isTrue();
                rig.disk.refuse(Step.WRITE);
            });
            return true;
        });
        rig.disk.heal();

        assertThat(listing.progress.get().tail()).isPresent();
        assertThat(listing.calls).containsExactly("add", "remove", "remove");
        listing.progress.get().leave(false);
    }

    @Test
    void aStoreThatTakesNothingIsReportedBeforeAnythingIsRead() {
        rig.disk.refuse(Step.CREATE);
        ScriptedResponse response = rig.response();

        assertThatThrownBy(() -> rig.run(FillRig.proven(), Fill.Start.with(OpenResponse.whole(response)), () -> {
                    throw new AssertionError("readers cannot follow");
                }))
                .isInstanceOf(StoreException.class);
        rig.disk.heal();
    }

    @Test
    void onlyAPartialOfAnEarlierFillIsResumedWithoutAskingUpstream() throws Exception {
        assertThat(runIfPresent(new ByteRange(0, 9))).isFalse();

        leavePart(100_000);
        assertThat(runIfPresent(new ByteRange(200_000, 200_009))).isFalse();
        int before = rig.origin.asked().size();
        assertThat(runIfPresent(new ByteRange(0, 9))).isTrue();
        assertThat(rig.origin.ranges().subList(before, before + 1)).containsExactly("bytes=100000-299999");
        assertThat(rig.read(SHA256)).hasValue(CONTENT);
    }

    private boolean runIfPresent(ByteRange wanted) throws OriginException, IOException {
        return rig.asTask(() -> new Fill(rig.tools, FillRig.proven()).runIfPresent(List.of(wanted), FillTest::unheard));
    }

    /** What is left when upstream breaks off and refuses the rest. */
    private void leavePart(int bytes) throws OriginException, IOException {
        leavePart(FillRig.proven(), bytes);
    }

    private void leavePart(Representation content, int bytes) throws OriginException, IOException {
        rig.origin.failing(OriginFailure.ADDRESS_REFUSED);
        rig.run(content, Fill.Start.with(OpenResponse.whole(rig.response().cutAfter(bytes))), FillTest::unheard);
    }

    @Test
    void aPartialUnderAValidatorIsForgottenOnceUpstreamHasAnotherVersion() throws Exception {
        Representation content = FillRig.validated();
        rig.index.put(content.entry());
        leavePart(content, 100_000);
        Digest name = content.entry().content().orElseThrow();
        assertThat(rig.blobs.hasPartial(name)).isTrue();
        rig.origin.replace(FillRig.random(5000), "\"v2\"");

        assertThatExceptionOfType(OriginException.class)
                .isThrownBy(() -> rig.asTask(() -> {
                    new Fill(rig.tools, content).runOnceConfirmed(List.of(new ByteRange(200_000, 200_009)), () -> {
                        throw new AssertionError("readers would get what upstream has no longer");
                    });
                    return true;
                }))
                .matches(e -> e.failure() == OriginFailure.CONTENT_CHANGED);
        assertThat(rig.blobs.hasPartial(name)).isFalse();
        assertThat(rig.index.load("key")).isEmpty();
    }

    @Test
    void aPartialUnderAValidatorIsResumedOnceUpstreamConfirmsIt() throws Exception {
        Representation content = FillRig.validated();
        rig.index.put(content.entry());
        leavePart(content, 100_000);
        int before = rig.origin.asked().size();

        var _ = rig.asTask(() -> {
            new Fill(rig.tools, content)
                    .runOnceConfirmed(List.of(new ByteRange(0, CONTENT.length - 1L)), FillTest::unheard);
            return true;
        });

        assertThat(rig.origin.asked().get(before).fields().first("If-Range")).contains("\"v1\"");
        assertThat(rig.index.load("key").flatMap(Entry::blob)).contains(SHA256);
    }

    @Test
    void aDroppedPartialCannotBeResumed() throws Exception {
        leavePart(100_000);
        new Fill(rig.tools, FillRig.proven()).drop();

        assertThat(rig.blobs.hasPartial(SHA256)).isFalse();
    }

    @Test
    void theEndOfTheVaultIsNoFailureOfAFill() throws Exception {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger log = (Logger) LoggerFactory.getLogger(Fill.class);
        lines.start();
        log.addAppender(lines);
        rig.origin.failing(OriginFailure.INTERRUPTED);
        try {
            rig.run(FillRig.proven(), Fill.Start.NOTHING, FillTest::unheard);
        } finally {
            log.detachAppender(lines);
        }

        assertThat(lines.list).noneMatch(line -> line.getLevel().isGreaterOrEqual(Level.WARN));
    }
}
