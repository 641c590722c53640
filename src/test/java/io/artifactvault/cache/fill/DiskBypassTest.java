package io.artifactvault.cache.fill;

import static io.artifactvault.cache.fill.FillRig.CONTENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.cache.content.ChunkPipe;
import io.artifactvault.cache.fill.DiskBypass.Sent;
import io.artifactvault.cache.upstream.Representation;
import io.artifactvault.http.Fields;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.store.blob.BlobFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
public class DiskBypassTest {
    private static final int SENT = 100_000;
    private static final ByteRange ALL = new ByteRange(0, CONTENT.length - 1L);

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

    /** All that is in a pipe whose writer never waits for its reader. */
    public static byte[] drain(ChunkPipe pipe) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuffer next = pipe.poll(); next != null; next = pipe.poll()) {
            byte[] chunk = new byte[next.remaining()];
            next.get(chunk);
            all.writeBytes(chunk);
        }
        return all.toByteArray();
    }

    private BlobFile file(byte[] bytes) throws IOException {
        Path path = Files.write(folder.resolve("before"), bytes);
        return new BlobFile(FileChannel.open(path, StandardOpenOption.READ));
    }

    /** What the reader gets of the part, from that byte on. */
    private byte[] bypass(Representation content, ByteRange part, BlobFile before, Sent sent) throws Exception {
        ChunkPipe pipe = new ChunkPipe();
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        Thread reader = Thread.ofVirtual().start(() -> {
            while (!pipe.isFinished() && !pipe.isFailed()) {
                received.writeBytes(drain(pipe));
                Thread.onSpinWait();
            }
            received.writeBytes(drain(pipe));
        });
        var _ = rig.asTask(() -> {
            new DiskBypass(rig.fills.places(), rig.tools.upstreams(), content, pipe).run(part, SENT, before, sent);
            return true;
        });
        reader.join();
        whole = !pipe.isFailed();
        return received.toByteArray();
    }

    private boolean whole;

    private static byte[] rest() {
        return Arrays.copyOfRange(CONTENT, SENT, CONTENT.length);
    }

    @Test
    void theRestComesByRangeAndTheDigestOfAllOfItIsChecked() throws Exception {
        BlobFile before = file(CONTENT);

        assertThat(bypass(FillRig.proven(), ALL, before, Sent.RIGHT)).isEqualTo(rest());
        assertThat(whole).isTrue();
        assertThat(rig.origin.ranges()).containsExactly("bytes=100000-299999");
        assertThat(before.channel().isOpen()).isFalse();
    }

    @Test
    void aReaderNeverGetsTheEndOfContentThatIsNotTheAnnouncedOne() throws Exception {
        byte[] other = CONTENT.clone();
        other[200_000]++;
        rig.origin.replace(other, "\"v1\"");

        byte[] got = bypass(FillRig.proven(), ALL, file(CONTENT), Sent.RIGHT);

        assertThat(whole).isFalse();
        assertThat(got.length).isLessThan(rest().length);
    }

    @Test
    void theSentBytesOfAChangedFileAreCheckedBeforeTheEndIsSent() throws Exception {
        byte[] changed = CONTENT.clone();
        changed[7]++;

        byte[] got = bypass(FillRig.proven(), ALL, file(changed), Sent.PERHAPS_WRONG);

        assertThat(whole).isFalse();
        assertThat(got.length).isLessThan(rest().length);
    }

    @Test
    void whatCannotBeReadBackIsFetchedAgainButNotSentAgain() throws Exception {
        byte[] shorter = Arrays.copyOf(CONTENT, SENT / 2);

        assertThat(bypass(FillRig.proven(), ALL, file(shorter), Sent.RIGHT)).isEqualTo(rest());
        assertThat(whole).isTrue();
        assertThat(rig.origin.ranges()).containsExactly("bytes=0-299999");
    }

    @Test
    void aPartIsNotHashed() throws Exception {
        byte[] changed = CONTENT.clone();
        changed[7]++;
        ByteRange part = new ByteRange(50_000, 150_000);

        assertThat(bypass(FillRig.proven(), part, file(changed), Sent.RIGHT))
                .isEqualTo(Arrays.copyOfRange(CONTENT, SENT, 150_001));
        assertThat(whole).isTrue();
    }

    @Test
    void aResponseThatBreaksOffIsTakenUpAgain() throws Exception {
        rig.origin.cuttingAfter(30_000);

        assertThat(bypass(FillRig.proven(), ALL, file(CONTENT), Sent.RIGHT)).isEqualTo(rest());
        assertThat(rig.origin.ranges()).containsExactly("bytes=100000-299999", "bytes=130000-299999");
    }

    @Test
    void theBeginningFromAnOriginThatIgnoresRangeIsDiscarded() throws Exception {
        rig.origin.ignoreRange();

        assertThat(bypass(FillRig.proven(), ALL, file(CONTENT), Sent.RIGHT)).isEqualTo(rest());
        assertThat(whole).isTrue();
    }

    @Test
    void theRestIsFetchedOnlyIfItIsKnownToBelongToTheSameContent() {
        Representation unnamed = FillRig.unnamed();
        ByteRange part = new ByteRange(0, 9);

        assertThat(DiskBypass.isPossible(FillRig.proven(), ALL, Sent.PERHAPS_WRONG))
                .isTrue();
        assertThat(DiskBypass.isPossible(FillRig.proven(), part, Sent.RIGHT)).isTrue();
        assertThat(DiskBypass.isPossible(FillRig.proven(), part, Sent.PERHAPS_WRONG))
                .isFalse();
        assertThat(DiskBypass.isPossible(FillRig.validated(), ALL, Sent.RIGHT)).isTrue();
        assertThat(DiskBypass.isPossible(FillRig.validated(), ALL, Sent.PERHAPS_WRONG))
                .isFalse();
        assertThat(DiskBypass.isPossible(unnamed, part, Sent.RIGHT)).isFalse();
    }

    @Test
    void storedContentWithoutAnyValidatorIsKnownByItsDigest() throws Exception {
        Representation stored = FillRig.unnamed();
        Representation withBlob = stored.with(stored.entry().withBlob(FillRig.SHA256, CONTENT.length));

        assertThat(DiskBypass.isPossible(withBlob, ALL, Sent.RIGHT)).isTrue();
        assertThat(bypass(withBlob, ALL, file(CONTENT), Sent.RIGHT)).isEqualTo(rest());
        assertThat(rig.origin.asked().getFirst().fields().has("If-Range")).isFalse();
        assertThat(withBlob.entry().fields()).isEqualTo(Fields.EMPTY);
        assertThat(withBlob.entry().content()).isEqualTo(Optional.empty());
        assertThat(withBlob.entry().length()).isEqualTo(OptionalLong.of(CONTENT.length));
    }
}
