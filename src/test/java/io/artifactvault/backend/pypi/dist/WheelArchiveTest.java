package io.artifactvault.backend.pypi.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

class WheelArchiveTest {
    private static final String FOLDER = "demo-1.0.dist-info/";

    private long read;

    private byte[] range(byte[] wheel, long offset, int count) throws IOException {
        if (offset < 0 || count < 0 || offset + count > wheel.length) {
            throw new EOFException("outside of the wheel");
        }
        read += count;
        return Arrays.copyOfRange(wheel, (int) offset, (int) offset + count);
    }

    private String metadata(byte[] wheel) throws IOException {
        ProjectName project = ProjectName.parse("demo").orElseThrow();
        return new String(
                WheelArchive.metadata((offset, count) -> range(wheel, offset, count), wheel.length, project, "1.0"),
                StandardCharsets.UTF_8);
    }

    private void refused(byte[] wheel, String why) {
        assertThatThrownBy(() -> metadata(wheel))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aLargeWheelIsReadFromItsEnd() throws IOException {
        assertThat(metadata(Wheels.wheel("demo", "1.0", 1 << 20))).isEqualTo(Wheels.metadata("demo", "1.0"));
        assertThat(read).isLessThanOrEqualTo(16 << 10);
    }

    @Test
    void metadataAtTheBeginningIsReadByARangeOfItsOwn() throws IOException {
        byte[] wheel = Wheels.zip(zip -> {
            Wheels.put(zip, FOLDER + "METADATA", Wheels.bytes("Name: demo"), ZipEntry.STORED);
            Wheels.put(zip, "demo.py", new byte[1 << 20], ZipEntry.STORED);
            zip.setComment("x".repeat(40_000));
        });
        assertThat(metadata(wheel)).isEqualTo("Name: demo");
        assertThat(read).isLessThan(100 << 10);
    }

    @Test
    void theNameAndTheVersionMayBeSpelledInAnyWay() throws IOException {
        byte[] wheel = Wheels.zip(
                zip -> Wheels.put(zip, "Demo-v1.0.dist-info/METADATA", Wheels.bytes("Name: Demo"), ZipEntry.DEFLATED));
        assertThat(metadata(wheel)).isEqualTo("Name: Demo");
    }

    @Test
    void numbersOf64BitsAreRead() throws IOException {
        byte[] wheel = Wheels.zip(zip -> {
            Wheels.put(zip, FOLDER + "METADATA", Wheels.bytes("Name: demo"), ZipEntry.DEFLATED);
            for (int i = 0; i < 70_000; i++) {
                Wheels.put(zip, "d/" + i, new byte[0], ZipEntry.STORED);
            }
        });
        assertThat(metadata(wheel)).isEqualTo("Name: demo");
    }

    @Test
    void whatIsNoWheelIsRefusedInWords() {
        refused(new byte[0], "not a zip archive");
        refused(Wheels.bytes("<html>no wheel</html>"), "not a zip archive");
        refused(Arrays.copyOf(Wheels.wheel("demo", "1.0", 1000), 900), "not a zip archive, or it is truncated");
        refused(Wheels.zip(zip -> Wheels.put(zip, "demo.py", new byte[1], ZipEntry.STORED)), "has no files");
        refused(Wheels.wheel("demo", "2.0", 10), "another project or version");
        refused(Wheels.wheel("other", "1.0", 10), "another project or version");
    }

    @Test
    void twoFilesOfMetadataAreRefused() {
        refused(
                Wheels.zip(zip -> {
                    Wheels.put(zip, FOLDER + "METADATA", Wheels.bytes("a"), ZipEntry.STORED);
                    Wheels.put(zip, "other-1.0.dist-info/METADATA", Wheels.bytes("b"), ZipEntry.STORED);
                }),
                "several files");
    }

    @Test
    void longMetadataIsRefusedWithoutDecompressingIt() {
        refused(
                Wheels.zip(zip -> Wheels.put(zip, FOLDER + "METADATA", new byte[9 << 20], ZipEntry.DEFLATED)),
                "longer than 8388608 bytes");
    }

    @Test
    void metadataThatIsLongerThanStatedIsRefused() {
        byte[] wheel = Wheels.zip(zip -> Wheels.put(zip, FOLDER + "METADATA", new byte[1 << 20], ZipEntry.DEFLATED));
        directory(wheel).putInt(24, 100);
        refused(wheel, "its metadata is damaged");
    }

    @Test
    void encryptedMetadataIsRefused() {
        byte[] wheel = Wheels.wheel("demo", "1.0", 0);
        ByteBuffer second = directory(wheel);
        int next = 46 + second.getShort(28) + second.getShort(30) + second.getShort(32);
        second.putShort(next + 8, (short) 1);
        refused(wheel, "encrypted");
    }

    /** The central directory of a small archive. */
    private static ByteBuffer directory(byte[] wheel) {
        ByteBuffer all = ByteBuffer.wrap(wheel).order(ByteOrder.LITTLE_ENDIAN);
        int offset = all.getInt(wheel.length - 22 + 16);
        return all.slice(offset, wheel.length - offset).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void damageOfAnyByteIsAnErrorOrHarmless() throws IOException {
        byte[] wheel = Wheels.wheel("demo", "1.0", 200);
        Random random = new Random(1);
        for (int at = 0; at < wheel.length; at++) {
            byte[] damaged = wheel.clone();
            damaged[at] ^= (byte) (1 + random.nextInt(255));
            try {
                assertThat(metadata(damaged)).isEqualTo(Wheels.metadata("demo", "1.0"));
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("wheel");
            }
        }
    }
}
