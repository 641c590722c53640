package io.artifactvault.cache.content;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.cache.request.ResponseBuilder;
import io.artifactvault.http.Digest;
import io.artifactvault.store.FaultyDisk.Step;
import io.artifactvault.store.Peek;
import io.artifactvault.store.Verify;
import io.artifactvault.store.blob.BlobWriter;
import io.artifactvault.store.index.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentCacheTest {
    private static final byte[] SMALL = "small".getBytes(StandardCharsets.US_ASCII);

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

    private Entry store(byte[] bytes) throws IOException {
        try (BlobWriter writer = rig.blobs.create(OptionalLong.of(bytes.length), Optional.empty())) {
            writer.write(0, ByteBuffer.wrap(bytes));
            assertThat(writer.verify()).isTrue();
            Digest sha256 = rig.tools.store().commit(writer, Optional.empty());
            return FillRig.entry(OptionalLong.of(bytes.length), Optional.empty())
                    .withBlob(sha256, bytes.length);
        }
    }

    private Path file(Digest sha256) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.endsWith(sha256.hex())).findFirst().orElseThrow();
        }
    }

    private static Digest sha256(Entry entry) {
        return entry.blob().orElseThrow();
    }

    @Test
    void aSmallBodyIsAnsweredFromMemoryOnceItWasLoaded() throws Exception {
        Entry entry = store(SMALL);

        assertThat(rig.contents.peekContent(entry)).isInstanceOf(Peek.Unknown.class);
        assertThat(rig.contents.loadContent(entry)).isInstanceOf(Loaded.Here.class);
        assertThat(rig.contents.peekContent(entry))
                .isInstanceOfSatisfying(
                        Peek.Found.class,
                        found -> assertThat(((Content.InMemory) found.value()).bytes())
                                .isEqualTo(SMALL));
    }

    @Test
    void aDamagedSmallBodyIsTakenOutOfTheStore() throws Exception {
        Entry entry = store(SMALL);
        Files.write(file(sha256(entry)), "smell".getBytes(StandardCharsets.US_ASCII));

        assertThat(rig.contents.loadContent(entry)).isInstanceOf(Loaded.Gone.class);
        assertThat(rig.index.loadBlob(sha256(entry))).isEmpty();
        assertThat(rig.contents.holds(sha256(entry))).isFalse();
    }

    @Test
    void aLargeFileIsGivenWithALeaseOfItsOwn() throws Exception {
        Entry entry = store(FillRig.CONTENT);

        assertThat(rig.contents.loadContent(entry)).isInstanceOfSatisfying(Loaded.Here.class, here -> {
            Content.Stored stored = (Content.Stored) here.content();
            assertThat(stored.length()).isEqualTo(FillRig.CONTENT.length);
            assertThat(stored.file().channel().isOpen()).isTrue();
            stored.file().close();
        });
    }

    @Test
    void aFileThatChangedSinceItWasCheckedIsCheckedAgain() throws Exception {
        Entry entry = store(FillRig.CONTENT);
        byte[] other = FillRig.CONTENT.clone();
        other[3]++;
        Files.write(file(sha256(entry)), other);

        assertThat(rig.contents.loadContent(entry)).isInstanceOfSatisfying(Loaded.Here.class, here -> {
            assertThat(here.content()).isInstanceOf(Content.Unchecked.class);
            ResponseBuilder.close(here.content());
        });
    }

    @Test
    void everyReadIsCheckedIfTheOperatorWantsThat() throws Exception {
        Entry entry = store(FillRig.CONTENT);
        ContentCache careful = new ContentCache(rig.index, rig.blobs, Verify.ALWAYS, 1 << 20);

        assertThat(careful.loadContent(entry)).isInstanceOfSatisfying(Loaded.Here.class, here -> {
            assertThat(here.content()).isInstanceOf(Content.Unchecked.class);
            ResponseBuilder.close(here.content());
        });
    }

    @Test
    void aFileThatIsMissingIsForgotten() throws Exception {
        Entry entry = FillRig.entry(OptionalLong.of(9), Optional.empty()).withBlob(FillRig.SHA256, 9);
        rig.index.putBlob(FillRig.SHA256, 9, Optional.empty(), Optional.empty());

        assertThat(rig.contents.loadContent(entry)).isInstanceOf(Loaded.Gone.class);
        assertThat(rig.index.loadBlob(FillRig.SHA256)).isEmpty();
    }

    @Test
    void aFileThatCannotBeReadNowIsNotForgotten() throws Exception {
        Entry entry = store(SMALL);
        rig.close();
        rig = reopened(entry);
        rig.disk.refuse(Step.READ);

        assertThat(rig.contents.loadContent(entry)).isInstanceOf(Loaded.Unreadable.class);
        rig.disk.heal();
        assertThat(rig.index.loadBlob(sha256(entry))).isPresent();
    }

    private FillRig reopened(Entry entry) throws IOException {
        FillRig again = new FillRig(folder);
        again.index.putBlob(sha256(entry), entry.length().orElseThrow(), Optional.empty(), Optional.empty());
        return again;
    }

    @Test
    void contentIsFoundByTheDigestThatUpstreamNames() throws Exception {
        Digest named = FillRig.sha256(new byte[] {1});
        Entry stored = store(SMALL);
        rig.index.putBlob(sha256(stored), SMALL.length, Optional.of(named), Optional.empty());
        Entry other = FillRig.entry(OptionalLong.of(SMALL.length), Optional.of(named));

        assertThat(rig.contents.holds(named)).isTrue();
        assertThat(rig.contents.loadContent(other)).isInstanceOf(Loaded.Here.class);
    }

    @Test
    void anEntryWithoutContentHasNone() {
        Entry entry = FillRig.entry(OptionalLong.empty(), Optional.empty());

        assertThat(rig.contents.peekContent(entry)).isInstanceOf(Peek.Absent.class);
        assertThat(rig.contents.loadContent(entry)).isInstanceOf(Loaded.Gone.class);
    }
}
