package io.artifactvault.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.testhub.Content;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestEditTest {
    private static final byte[] MANIFEST = "{ \"schemaVersion\": 2 }\n".getBytes(StandardCharsets.UTF_8);

    private record Copied(Fields fields, byte[] bytes) {
        String digest() {
            return fields.first("Docker-Content-Digest").orElseThrow();
        }
    }

    private static Copied copy(Optional<Digest> expected, InputStream in) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        return new Copied(new ManifestEdit(expected).copy(in, out), out.toByteArray());
    }

    private static Copied copy(Optional<Digest> expected, byte[] bytes) throws IOException {
        return copy(expected, new ByteArrayInputStream(bytes));
    }

    private static Digest sha256(byte[] bytes) {
        return Digest.sha256(Content.of(bytes).sha256());
    }

    private static Digest sha512(byte[] bytes) throws Exception {
        return new Digest(
                Digest.Algorithm.SHA512,
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(bytes)));
    }

    /** White space, then one member that fills the object to that length. */
    private static byte[] ofLength(int length) {
        String begin = " {\"a\":\"";
        String end = "\"}";
        return (begin + "x".repeat(length - begin.length() - end.length()) + end).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void theBytesStayAndTheirDigestIsAdded() throws Exception {
        Copied copied = copy(Optional.empty(), MANIFEST);

        assertThat(copied.bytes()).isEqualTo(MANIFEST);
        assertThat(copied.digest()).isEqualTo(sha256(MANIFEST).toString());
    }

    @Test
    void theAlgorithmIsThatOfTheExpectedDigest() throws Exception {
        assertThat(copy(Optional.of(sha256(MANIFEST)), MANIFEST).digest())
                .isEqualTo(sha256(MANIFEST).toString());
        assertThat(copy(Optional.of(sha512(MANIFEST)), MANIFEST).digest())
                .isEqualTo(sha512(MANIFEST).toString());
    }

    @Test
    void anotherDigestIsRefused() throws Exception {
        byte[] other = "{}".getBytes(StandardCharsets.UTF_8);
        for (Digest expected : new Digest[] {sha256(MANIFEST), sha512(MANIFEST)}) {
            assertThatThrownBy(() -> copy(Optional.of(expected), other))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("not " + expected);
        }
    }

    @Test
    void aManifestHasAtMostFourMebibytes() throws Exception {
        assertThat(copy(Optional.empty(), ofLength(4 << 20)).bytes()).hasSize(4 << 20);
        assertThatThrownBy(() -> copy(Optional.empty(), ofLength((4 << 20) + 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("at most 4194304 bytes");
    }

    @Test
    void anEndlessBodyIsNotReadFurther() {
        InputStream endless = new InputStream() {
            private long left = 5 << 20;

            @Override
            public int read() {
                throw new IllegalStateException("is read in chunks");
            }

            @Override
            public int read(byte[] into, int from, int count) {
                java.util.Arrays.fill(into, from, from + count, (byte) '{');
                left -= count;
                if (left < 0) {
                    throw new IllegalStateException("read on after the limit");
                }
                return count;
            }
        };
        assertThatThrownBy(() -> copy(Optional.empty(), endless)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "\n\t\r ", "[]", "[{}]", "\"{\"", "null", "<html>{", "\ufeff{}", "x{}", " true", "\0{"})
    void whatDoesNotBeginAnObjectIsNoManifest(String text) {
        assertThatThrownBy(() -> copy(Optional.empty(), text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class)
                .hasMessage("a manifest is a JSON object");
    }

    @Test
    void anObjectMayBeginAfterMoreWhiteSpaceThanOneChunkHas() throws Exception {
        byte[] late = (" ".repeat(40_000) + "{}").getBytes(StandardCharsets.UTF_8);

        assertThat(copy(Optional.empty(), late).bytes()).isEqualTo(late);
        assertThatThrownBy(() -> copy(Optional.empty(), (" ".repeat(40_000) + "[]").getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aBodyThatArrivesOctetByOctetIsCopiedAlike() throws Exception {
        byte[] text = ofLength(5_000);
        InputStream slow = new ByteArrayInputStream(text) {
            @Override
            public synchronized int read(byte[] into, int from, int count) {
                return super.read(into, from, Math.min(1, count));
            }
        };
        assertThat(copy(Optional.of(sha256(text)), slow).bytes()).isEqualTo(text);
    }
}
