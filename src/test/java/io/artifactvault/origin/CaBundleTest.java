package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.testhub.TestTls;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An authority of one's own is believed besides the machine's, and a file that holds none is refused. */
class CaBundleTest {
    @TempDir
    Path dir;

    private Path pem(int times) throws Exception {
        String text = Files.readString(TestTls.certificate(dir));
        return Files.writeString(dir.resolve("ca.pem"), ("# a comment\n" + text).repeat(times));
    }

    @Test
    void anOriginWithOnesOwnAuthorityIsBelieved() throws Exception {
        SSLContext keys = TestTls.context(dir);
        CaBundle bundle = CaBundle.read(pem(1));
        try (RawOrigin raw = RawOrigin.open("127.0.0.1", keys.getServerSocketFactory(), peer -> {
                    peer.readHead();
                    peer.send(RawOrigin.ok("hello"));
                });
                Rig rig = Rig.open(Rig.PATIENT, Rig.resolvingTo("127.0.0.1"), NettyOrigin.trusting(settings(bundle)))) {
            assertThat(rig.text(URI.create("https://localhost:" + raw.port() + "/")))
                    .isEqualTo("hello");
        }
    }

    private static OutboundSettings settings(CaBundle bundle) {
        return new OutboundSettings(Optional.empty(), Optional.empty(), NoProxy.NOTHING, Optional.of(bundle));
    }

    @Test
    void theMachinesAuthoritiesAreBelievedStill() throws Exception {
        var _ = TestTls.context(dir);
        int machine = ((X509TrustManager) new CaBundle(dir, List.of()).trust()).getAcceptedIssuers().length;
        int all = ((X509TrustManager) CaBundle.read(pem(1)).trust()).getAcceptedIssuers().length;
        assertThat(machine).isGreaterThan(50);
        assertThat(all).isEqualTo(machine + 1);
    }

    @Test
    void severalMayStandInOneFile() throws Exception {
        var _ = TestTls.context(dir);
        assertThat(CaBundle.read(pem(3)).certificates()).hasSize(3);
    }

    @Test
    void whatIsNoBundleIsRefusedWithARemedy() throws Exception {
        assertThatThrownBy(() -> CaBundle.read(dir.resolve("none.pem")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("names no file that can be read");
        assertThatThrownBy(() -> CaBundle.read(dir)).hasMessageContaining("names no file that can be read");
        Path empty = Files.createFile(dir.resolve("empty.pem"));
        assertThatThrownBy(() -> CaBundle.read(empty)).hasMessageContaining("-----BEGIN CERTIFICATE-----");
        Path junk = Files.writeString(
                dir.resolve("junk.pem"), "-----BEGIN CERTIFICATE-----\njunk\n-----END CERTIFICATE-----\n");
        assertThatThrownBy(() -> CaBundle.read(junk)).hasMessageContaining("-----BEGIN CERTIFICATE-----");
    }
}
