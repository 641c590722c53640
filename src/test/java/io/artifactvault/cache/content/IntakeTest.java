package io.artifactvault.cache.content;

import static io.artifactvault.cache.fill.FillRig.CONTENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.cache.LeavingAt;
import io.artifactvault.cache.ScriptedResponse;
import io.artifactvault.cache.fill.DiskBypassTest;
import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.http.Fields;
import io.artifactvault.store.FaultyDisk.Step;
import io.artifactvault.store.blob.BlobWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class IntakeTest {
    private static final OptionalLong UNKNOWN = OptionalLong.empty();

    @TempDir
    private Path folder;

    private FillRig rig;
    private BlobWriter writer;
    private Progress progress;
    private final List<String> passed = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        rig = new FillRig(folder);
        writer = rig.blobs.create(UNKNOWN, Optional.empty());
        progress = new Progress(writer.file(), UNKNOWN, false);
    }

    @AfterEach
    void close() {
        writer.close();
        rig.close();
    }

    private Intake intake(OptionalLong announced) {
        return new Intake("content", writer, progress, announced, Optional.of(() -> passed.add("passed")));
    }

    @Test
    void allOfTheBodyIsOnDiskAndReadable() throws Exception {
        assertThat(intake(OptionalLong.of(CONTENT.length)).take(rig.response())).isTrue();

        assertThat(FillRig.read(writer.file())).isEqualTo(CONTENT);
        assertThat(progress.readableFrom(0)).isEqualTo(CONTENT.length);
        assertThat(passed).isEmpty();
    }

    @Test
    void moreThanTheAnnouncedLengthIsNotAccepted() {
        assertThatThrownBy(() -> intake(OptionalLong.of(100)).take(rig.response()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("100 bytes");
    }

    @Test
    void bytesThatTheDiskRefusesReachTheReadersAnotherWay() throws Exception {
        assertThat(progress.join()).isTrue();
        rig.disk.refuse(Step.WRITE);

        assertThat(intake(OptionalLong.of(CONTENT.length)).take(rig.response())).isFalse();

        rig.disk.heal();
        assertThat(passed).containsExactly("passed");
        assertThat(progress.hasOtherWay()).isTrue();
        ChunkPipe rest = progress.tail().orElseThrow().from(0, UNKNOWN);
        assertThat(DiskBypassTest.drain(rest)).isEqualTo(CONTENT);
        assertThat(rest.isFinished()).isTrue();
        progress.leave(false);
    }

    @Test
    void aBodyWhoseDigestIsStillToBeCheckedDoesNotGoPastTheDisk() {
        rig.disk.refuse(Step.WRITE);
        Intake proven = new Intake("content", writer, progress, UNKNOWN, Optional.empty());

        assertThatThrownBy(() -> proven.take(rig.response())).isInstanceOf(IOException.class);
        rig.disk.heal();
        assertThat(progress.tail()).isEmpty();
    }

    @Test
    void anEndlessBodyIsAbandonedWhenItsReadersHaveLeft() {
        assertThat(progress.join()).isTrue();
        ScriptedResponse body = new ScriptedResponse(200, Fields.EMPTY, new byte[3 << 20]);
        Intake intake = intake(UNKNOWN);

        assertThatThrownBy(() -> intake.take(new LeavingAt(body, 500_000, () -> progress.leave(false))))
                .isInstanceOf(UnreadException.class);
        assertThat(writer.extents().end()).isBetween(1L << 20, 2L << 20);
    }

    @Test
    void aBodyOfKnownLengthContinuesWithoutReaders() throws Exception {
        ScriptedResponse body = new ScriptedResponse(200, Fields.EMPTY, new byte[3 << 20]);

        assertThat(intake(OptionalLong.of(3 << 20)).take(body)).isTrue();
    }
}
