package io.artifactvault.cache.content;

import static io.artifactvault.cache.fill.FillRig.CONTENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.http.Digest;
import io.artifactvault.store.blob.BlobFile;
import io.artifactvault.store.blob.BlobWriter;
import io.artifactvault.store.blob.ChangedFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BodyTest {
    @TempDir
    private Path folder;

    private FillRig rig;
    private BlobFile file;

    @BeforeEach
    void open() throws IOException {
        rig = new FillRig(folder);
        try (BlobWriter writer = rig.blobs.create(OptionalLong.of(CONTENT.length), Optional.empty())) {
            writer.write(0, ByteBuffer.wrap(CONTENT));
            assertThat(writer.verify()).isTrue();
            Digest sha256 = rig.tools.store().commit(writer, Optional.empty());
            file = rig.blobs.open(sha256).orElseThrow();
        }
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private Body.Growing growing(Interest interest, OptionalLong length) {
        Progress progress = new Progress(file, OptionalLong.of(CONTENT.length), false, interest);
        assertThat(progress.join()).isTrue();
        return new Body.Growing(progress, 10, length, Body.Onward.NONE);
    }

    private static Interest filling() {
        Interest interest = new Interest(Interest.Desertion.NONE);
        interest.filling();
        return interest;
    }

    private void change() throws IOException {
        try (var files = Files.walk(folder)) {
            Path stored = files.filter(path -> path.endsWith(FillRig.SHA256.hex()))
                    .findFirst()
                    .orElseThrow();
            Files.write(stored, new byte[CONTENT.length + 1]);
        }
    }

    @Test
    void aSliceEndsWhereItsPartDoesAndGivesItsLeaseBack() {
        int before = file.leases();
        Body.Slice slice = new Body.Slice(file, 10, 5, Body.Onward.NONE);
        assertThat(slice.end()).hasValue(15);
        slice.close();

        assertThat(file.leases()).isEqualTo(before - 1);
    }

    @Test
    void aGrowingBodyEndsWhereItsPartDoesOrWithTheContent() {
        Interest interest = filling();

        assertThat(growing(interest, OptionalLong.of(5)).end()).hasValue(15);
        assertThat(growing(interest, OptionalLong.empty()).end()).isEmpty();
    }

    @Test
    void theLastReaderThatAbandonsAGrowingBodyEndsItsFill() {
        Interest interest = filling();
        Body first = growing(interest, OptionalLong.empty());
        Body last = growing(interest, OptionalLong.empty());
        first.abandon();
        assertThat(interest.cancellation().isCancelled()).isFalse();
        last.abandon();

        assertThat(interest.cancellation().isCancelled()).isTrue();
    }

    @Test
    void aReaderThatHasAllItWantedEndsNoFill() {
        Interest interest = filling();
        growing(interest, OptionalLong.of(5)).close();

        assertThat(interest.cancellation().isCancelled()).isFalse();
    }

    @Test
    void aFileThatChangedIsNoLongerRead() throws IOException {
        Body.Slice slice = new Body.Slice(file, 0, 5, Body.Onward.NONE);
        assertThatCode(slice::requireSameBytes).doesNotThrowAnyException();
        change();

        assertThatThrownBy(slice::requireSameBytes).isInstanceOf(ChangedFileException.class);
    }

    @Test
    void aFileThatStillGrowsMayChange() throws IOException {
        Body.Growing body = growing(filling(), OptionalLong.empty());
        change();
        assertThatCode(body::requireSameBytes).doesNotThrowAnyException();
        body.progress().complete(CONTENT.length);

        assertThatThrownBy(body::requireSameBytes).isInstanceOf(ChangedFileException.class);
    }

    @Test
    void aSequenceEndsWithAllOfItsParts() {
        Interest interest = filling();
        Body.Slice slice = new Body.Slice(file, 0, 5, Body.Onward.NONE);
        assertThat(file.retain()).isTrue();
        Body sequence = new Body.Sequence(List.of(slice, growing(interest, OptionalLong.empty())));
        int before = file.leases();
        sequence.abandon();

        assertThat(file.leases()).isEqualTo(before - 2);
        assertThat(interest.cancellation().isCancelled()).isTrue();
    }

    @Test
    void aPipeWhoseBodyIsClosedTakesNoMore() throws Exception {
        ChunkPipe pipe = new ChunkPipe();
        new Body.Piped(pipe).close();

        assertThat(pipe.put(ByteBuffer.wrap(CONTENT))).isFalse();
    }
}
