package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.artifactvault.origin.wire.TrustedContext;
import io.artifactvault.testhub.TestTls;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** An authority of one's own is believed besides the machine's, and a file that holds none is refused. */
class CaBundleTest {
    @TempDir
    Path dir;

    private final AtomicLong nanos = new AtomicLong(5);
    private final ListAppender<ILoggingEvent> heard = new ListAppender<>();
    private static final Duration LOOK_AGAIN = Duration.ofHours(2);

    private final Logger log = (Logger) LoggerFactory.getLogger(TrustedContext.class);

    @BeforeEach
    void listen() {
        heard.start();
        log.addAppender(heard);
    }

    @AfterEach
    void stopListening() {
        log.detachAppender(heard);
    }

    private Path pem(int times) throws Exception {
        String text = Files.readString(TestTls.certificate(dir));
        return Files.writeString(dir.resolve("ca.pem"), ("# a comment\n" + text).repeat(times));
    }

    @Test
    void anOriginOfAPrivateAuthorityIsTrusted() throws Exception {
        SSLContext keys = TestTls.context(dir);
        CaBundle bundle = CaBundle.read(pem(1));
        try (RawOrigin raw = RawOrigin.open("127.0.0.1", keys.getServerSocketFactory(), peer -> {
                    peer.readHead();
                    peer.send(RawOrigin.ok("hello"));
                });
                Rig rig = Rig.open(Rig.PATIENT, Rig.resolvingTo("127.0.0.1"), trusting(bundle))) {
            assertThat(rig.text(URI.create("https://localhost:" + raw.port() + "/")))
                    .isEqualTo("hello");
        }
    }

    private Supplier<SslContext> trusting(CaBundle bundle) {
        return TrustedContext.of(Optional.of(bundle), LOOK_AGAIN, nanos::get);
    }

    @Test
    void theMachinesAuthoritiesAreStillTrusted() throws Exception {
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
    void anInvalidBundleIsRefusedWithARemedy() throws Exception {
        assertThatThrownBy(() -> CaBundle.read(dir.resolve("none.pem")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not name a readable file");
        assertThatThrownBy(() -> CaBundle.read(dir)).hasMessageContaining("does not name a readable file");
        Path empty = Files.createFile(dir.resolve("empty.pem"));
        assertThatThrownBy(() -> CaBundle.read(empty)).hasMessageContaining("-----BEGIN CERTIFICATE-----");
        Path junk = Files.writeString(
                dir.resolve("junk.pem"), "-----BEGIN CERTIFICATE-----\njunk\n-----END CERTIFICATE-----\n");
        assertThatThrownBy(() -> CaBundle.read(junk)).hasMessageContaining("-----BEGIN CERTIFICATE-----");
    }

    /** An origin with a key of its own in that folder. */
    private static RawOrigin origin(SSLContext keys) throws Exception {
        return RawOrigin.open("127.0.0.1", keys.getServerSocketFactory(), peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello");
        });
    }

    private static boolean isReached(Rig rig, RawOrigin raw) {
        try {
            return rig.text(URI.create("https://localhost:" + raw.port() + "/")).equals("hello");
        } catch (OriginException e) {
            assertThat(e.failure()).isEqualTo(OriginFailure.TLS_FAILED);
            return false;
        }
    }

    private void lookAgain() {
        nanos.addAndGet(LOOK_AGAIN.toNanos());
    }

    private List<String> warnings() {
        return heard.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Test
    void aChangedBundleIsReadAgainAndTheLastGoodOneKept() throws Exception {
        Path one = Files.createDirectory(dir.resolve("one"));
        Path two = Files.createDirectory(dir.resolve("two"));
        SSLContext oldKeys = TestTls.context(one);
        SSLContext newKeys = TestTls.context(two);
        Path bundle = Files.copy(TestTls.certificate(one), dir.resolve("ca.pem"));
        try (RawOrigin before = origin(oldKeys);
                RawOrigin after = origin(newKeys);
                Rig rig = Rig.open(Rig.PATIENT, Rig.resolvingTo("127.0.0.1"), trusting(CaBundle.read(bundle)))) {
            assertThat(isReached(rig, before)).isTrue();
            assertThat(isReached(rig, after)).isFalse();

            replace(bundle, Files.readString(TestTls.certificate(two)));
            assertThat(isReached(rig, after)).as("not looked at again yet").isFalse();
            lookAgain();
            assertThat(isReached(rig, after)).isTrue();
            assertThat(isReached(rig, before)).as("no longer in the bundle").isFalse();

            replace(bundle, "-----BEGIN CERTIFICATE-----\njunk\n-----END CERTIFICATE-----\n");
            lookAgain();
            assertThat(isReached(rig, after)).isTrue();
            lookAgain();
            assertThat(isReached(rig, after)).isTrue();
            assertThat(warnings())
                    .singleElement()
                    .asString()
                    .startsWith("origin.ca_bundle contains an entry that is not a certificate")
                    .endsWith("The certificates read before stay in use.");

            Files.delete(bundle);
            lookAgain();
            assertThat(isReached(rig, after)).isTrue();
            lookAgain();
            assertThat(isReached(rig, after)).isTrue();
            assertThat(warnings()).hasSize(2).last().asString().contains("does not name a readable file");

            Files.copy(TestTls.certificate(one), bundle);
            lookAgain();
            assertThat(isReached(rig, before)).isTrue();
            assertThat(warnings()).hasSize(2);
        }
    }

    /** As tools replace a file: another one takes its name. */
    private void replace(Path file, String text) throws IOException {
        Path fresh = Files.writeString(dir.resolve("fresh.pem"), text);
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void anUnchangedBundleMakesNoNewContext() throws Exception {
        var _ = TestTls.context(dir);
        Supplier<SslContext> trusted = trusting(CaBundle.read(pem(1)));
        SslContext context = trusted.get();
        lookAgain();
        assertThat(trusted.get()).isSameAs(context);
        lookAgain();
        assertThat(trusted.get()).isSameAs(context);
    }

    @Test
    void aBundleThatIsMissingAtTheFirstCheckIsAWarning() throws Exception {
        var _ = TestTls.context(dir);
        Path bundle = pem(1);
        Supplier<SslContext> trusted = trusting(CaBundle.read(bundle));
        Files.delete(bundle);

        assertThat(trusted.get()).isNotNull();
        assertThat(warnings()).hasSize(1);
    }
}
