package io.artifactvault.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** FIPS 180-4's and git's own vectors. */
class DigestTest {
    private static final String EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private static final String EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";

    @ParameterizedTest
    @CsvSource({
        "'', git-sha1:" + EMPTY_BLOB,
        "'hello\n', git-sha1:ce013625030ba8dba906f756967f9e9ca394464a",
        "'', sha256:" + EMPTY_SHA256,
        "abc, sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "'', sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
                + "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
    })
    void contentIsHashedInOnePieceOrByte(String content, String digest) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        Digest expected = Digest.parse(digest).orElseThrow();
        Hasher atOnce = Hasher.of(expected.algorithm(), bytes.length);
        atOnce.update(ByteBuffer.wrap(bytes));
        Hasher bytewise = Hasher.of(expected.algorithm(), bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            bytewise.update(ByteBuffer.wrap(bytes, i, 1));
        }

        assertThat(atOnce.finish()).isEqualTo(expected);
        assertThat(bytewise.finish()).isEqualTo(expected);
    }

    @Test
    void hashingLeavesTheBufferAsItWas() {
        ByteBuffer direct = ByteBuffer.allocateDirect(8).put("xabcx".getBytes(StandardCharsets.US_ASCII));
        direct.position(1).limit(4);
        Hasher hasher = Hasher.of(Digest.Algorithm.SHA256, 3);
        hasher.update(direct);

        assertThat(direct.remaining()).isEqualTo(3);
        assertThat(hasher.finish().hex()).startsWith("ba7816bf");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sha256:" + EMPTY_SHA256,
                "git-sha1:" + EMPTY_BLOB,
            })
    void aDigestReadsAsItIsWritten(String text) {
        assertThat(Digest.parse(text).map(Digest::toString)).contains(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "sha256",
                "sha256:",
                "sha256:ab",
                EMPTY_SHA256,
                "sha1:" + EMPTY_BLOB,
                "SHA256:" + EMPTY_SHA256,
                "sha256:" + EMPTY_BLOB,
                "git-sha1:" + EMPTY_SHA256,
                "sha256:" + EMPTY_SHA256 + "0",
                "sha256: " + EMPTY_SHA256,
                "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"
            })
    void whatIsNoDigestIsEmpty(String text) {
        assertThat(Digest.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "../../etc/passwd",
                EMPTY_BLOB,
                "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"
            })
    void aDigestThatIsNoLowerCaseHexCannotBeMade(String hex) {
        assertThatIllegalArgumentException().isThrownBy(() -> Digest.sha256(hex));
    }

    @Test
    void aCredentialIsNeverPrinted() {
        assertThat(Credential.bearer(" hf_x ")).hasToString("***");
        assertThat(Credential.bearer(" hf_x ").reveal()).isEqualTo("Bearer hf_x");
        assertThat(Credential.bearer("hf_x")).isEqualTo(Credential.ofAuthorization("Bearer hf_x "));
    }
}
