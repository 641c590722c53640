package io.artifactvault.cache.fill;

import static io.artifactvault.cache.fill.FillRig.CONTENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.cache.content.StoreException;
import io.artifactvault.http.Fields;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.store.FaultyDisk;
import io.artifactvault.store.index.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An edited body is stored whole, or not at all. */
@Timeout(60)
class WrittenFillTest {
    private static final BodyEdit PREFIX = (in, out) -> {
        out.write("edited: ".getBytes(StandardCharsets.US_ASCII));
        in.transferTo(out);
        return Fields.of("Edited-By", "test");
    };

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

    private Entry fill(BodyEdit edit) throws OriginException, IOException {
        return rig.asTask(() -> new WrittenFill(rig.tools, FillRig.unnamed())
                .edited(
                        rig.origin.send(OriginRequest.get(FillRig.UPSTREAM)),
                        edit,
                        (entry, fields) -> entry.filedUnder("other", fields)));
    }

    @Test
    void theBodyIsStoredAsTheEditWritesItUnderTheEntryThatItIsFiledUnder() throws Exception {
        Entry edited = fill(PREFIX);

        assertThat(edited.key()).isEqualTo("other");
        assertThat(edited.fields().first("Edited-By")).contains("test");
        assertThat(edited.length()).hasValue(CONTENT.length + 8L);
        assertThat(rig.read(edited.blob().orElseThrow()).orElseThrow())
                .startsWith("edited: ".getBytes(StandardCharsets.US_ASCII));
        assertThat(rig.index.load("other")).contains(edited);
        assertThat(rig.index.load("key")).isEmpty();
    }

    @Test
    void aBodyThatBreaksOffIsNotStored() {
        rig.origin.cuttingAfter(100_000);

        assertThatExceptionOfType(OriginException.class)
                .isThrownBy(() -> fill(PREFIX))
                .matches(e -> e.failure() == OriginFailure.BODY_CUT);
        assertThat(rig.index.load("other")).isEmpty();
        assertThat(rig.stored).hasValue(0);
    }

    @Test
    void aBodyThatTheEditCannotParseIsNotAResponseOfThisOrigin() {
        assertThatExceptionOfType(OriginException.class)
                .isThrownBy(() -> fill((_, _) -> {
                    throw new IOException("no JSON");
                }))
                .matches(e -> e.failure() == OriginFailure.UNEXPECTED_ANSWER);
        assertThat(rig.index.load("other")).isEmpty();
    }

    @Test
    void aFailingDiskIsNotTheOriginsFault() {
        rig.disk.refuse(FaultyDisk.Step.WRITE);

        assertThatExceptionOfType(StoreException.class).isThrownBy(() -> fill(PREFIX));
        rig.disk.heal();
        assertThat(rig.index.load("other")).isEmpty();
    }
}
