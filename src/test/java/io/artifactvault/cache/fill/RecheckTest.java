package io.artifactvault.cache.fill;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.cache.content.Content;
import io.artifactvault.cache.content.Interest;
import io.artifactvault.cache.content.Progress;
import io.artifactvault.cache.upstream.Representation;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.store.FaultyDisk.Step;
import io.artifactvault.store.blob.BlobFile;
import io.artifactvault.store.blob.BlobWriter;
import io.artifactvault.store.index.Checksums;
import io.artifactvault.store.index.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RecheckTest {
    private static final int MIB = 1 << 20;
    private static final byte[] LARGE = FillRig.random(3 * MIB + 7);
    private static final Digest SHA256 = FillRig.sha256(LARGE);

    @TempDir
    private Path folder;

    private FillRig rig;
    private Representation content;
    private boolean withChecksums = true;

    @BeforeEach
    void open() throws IOException {
        rig = new FillRig(folder);
        content = rig.proven(LARGE);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private void store() throws IOException {
        try (BlobWriter writer = rig.blobs.create(OptionalLong.of(LARGE.length), Optional.empty())) {
            writer.write(0, ByteBuffer.wrap(LARGE));
            assertThat(writer.verify()).isTrue();
            Digest sha256 = writer.commit();
            rig.index.putBlob(
                    sha256,
                    LARGE.length,
                    Optional.empty(),
                    Optional.of(writer.checksums()).filter(_ -> withChecksums));
        }
    }

    /** Changes one byte of the stored file. */
    private void damage(long at) throws IOException {
        try (var files = Files.walk(folder);
                FileChannel channel = FileChannel.open(
                        files.filter(file -> file.endsWith(SHA256.hex()))
                                .findFirst()
                                .orElseThrow(),
                        StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (LARGE[(int) at] + 1)}), at);
        }
    }

    /** Checks the stored content as the first reader after a start has it checked; the reader's share is to be left. */
    private Progress recheck(Representation representation) throws Exception {
        BlobFile file = rig.blobs.open(SHA256).orElseThrow();
        Interest interest = rig.fills.newInterest();
        interest.filling();
        Progress progress = new Progress(file, OptionalLong.of(LARGE.length), false, interest).ofStored();
        assertThat(progress.join()).isTrue();
        assertThat(rig.fills.register(representation.key(), progress)).isTrue();
        Content.Unchecked unchecked = new Content.Unchecked(file, SHA256, LARGE.length);
        var _ = rig.asTask(interest, () -> {
            new Recheck(rig.tools, representation, unchecked, progress).run(0);
            return true;
        });
        assertThat(rig.fills.isGrowing(representation.key())).isFalse();
        return progress;
    }

    private static void assertRead(Progress progress) throws IOException {
        assertThat(progress.isComplete()).isTrue();
        assertThat(FillRig.read(progress.file())).isEqualTo(LARGE);
    }

    @Test
    void soundContentIsReadAndNotCheckedAgain() throws Exception {
        store();
        Progress progress = recheck(content);

        assertRead(progress);
        assertThat(rig.blobs.isVerified(SHA256, progress.file())).isTrue();
        assertThat(rig.origin.asked()).isEmpty();
        progress.leave(false);
    }

    @Test
    void contentWithoutChecksumsIsCheckedByItsDigest() throws Exception {
        withChecksums = false;
        store();
        Progress progress = recheck(content);

        assertRead(progress);
        progress.leave(false);
    }

    @Test
    void onlyADamagedBlockIsFetchedAgain() throws Exception {
        store();
        damage(MIB + 5L);
        Progress progress = recheck(content);

        assertThat(rig.origin.ranges()).containsExactly("bytes=1048576-2097151");
        assertThat(rig.read(SHA256)).hasValue(LARGE);
        assertThat(progress.hasOtherWay()).as("its readers go over to the fill").isTrue();
        assertThat(progress.readableFrom(0))
                .as("what is good is read from here")
                .isEqualTo(MIB);
        progress.leave(false);
    }

    @Test
    void theBlockThatIsWantedFirstIsCheckedFirst() throws Exception {
        store();
        damage(5);
        BlobFile file = rig.blobs.open(SHA256).orElseThrow();
        Interest interest = rig.fills.newInterest();
        interest.filling();
        Progress progress = new Progress(file, OptionalLong.of(LARGE.length), false, interest).ofStored();
        assertThat(progress.join()).isTrue();
        var _ = rig.asTask(interest, () -> {
            new Recheck(rig.tools, content, new Content.Unchecked(file, SHA256, LARGE.length), progress)
                    .run(2L * MIB + 1);
            return true;
        });

        assertThat(progress.readableFrom(2L * MIB)).isEqualTo(LARGE.length);
        assertThat(progress.readableFrom(0)).isZero();
        progress.leave(false);
    }

    @Test
    void damagedContentThatWasEditedCannotBeFetchedInParts() throws Exception {
        store();
        damage(5);
        Entry entry = content.entry();
        Representation edited =
                content.with(entry.confirmed(Fields.of("Edited", "yes"), entry.requestedAt(), entry.checkedAt()));
        Progress progress = recheck(edited);

        assertThat(progress.isFailed()).isTrue();
        assertThat(progress.hasOtherWay()).isFalse();
        assertThat(rig.origin.asked()).isEmpty();
        assertThat(rig.index.loadBlob(SHA256)).isEmpty();
        progress.leave(false);
    }

    @Test
    void contentThatCannotBeReadNowStaysStored() throws Exception {
        store();
        Optional<Checksums> checksums = rig.index.loadChecksums(SHA256);
        rig.close();
        rig = new FillRig(folder);
        rig.index.putBlob(SHA256, LARGE.length, Optional.empty(), checksums);
        rig.disk.refuse(Step.READ);
        Progress progress = recheck(content);
        rig.disk.heal();

        assertThat(progress.hasOtherWay()).isTrue();
        assertThat(rig.index.loadBlob(SHA256)).contains(SHA256);
        progress.leave(false);
        assertThat(rig.read(SHA256)).hasValue(LARGE);
    }
}
