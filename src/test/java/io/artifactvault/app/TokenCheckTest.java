package io.artifactvault.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.artifactvault.config.ConfigReader;
import io.artifactvault.config.Overrides;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.StandardSet;
import io.artifactvault.testhub.TestHub;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** {@code vault serve} checks the token of a backend when it starts. */
class TokenCheckTest {
    private static final String WRONG = "hf_wrongwrongwrong";

    @TempDir
    Path dir;

    private final TestHub hub = TestHub.standard();
    private final Logger log = (Logger) LoggerFactory.getLogger(TokenCheck.class);
    private final BlockingQueue<ILoggingEvent> events = new LinkedBlockingQueue<>();
    private final AppenderBase<ILoggingEvent> ear = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            events.add(event);
        }
    };

    @BeforeEach
    void listen() {
        ear.start();
        log.setLevel(Level.INFO); // commands in other tests may have set another one for all
        log.addAppender(ear);
    }

    @AfterEach
    void close() {
        log.detachAppender(ear);
        log.setLevel(null);
        hub.close();
    }

    private VaultServer start(String token, boolean offline) throws Exception {
        Path config = Files.writeString(
                dir.resolve("vault.yml"), """
                server: {host: 127.0.0.1, port: 0}
                admin: {host: 127.0.0.1, port: 0}
                cache: {dir: "%s", offline: %s}
                backends:
                  - type: huggingface
                    name: lab
                    config: {base_url: "%s", allow_private_redirects: true, token: "%s"}
                """.formatted(dir.resolve("cache"), offline, hub.base(), token));
        return VaultServer.start(new ConfigReader(BackendTypes.ALL).read(config, Map.of(), Overrides.none()));
    }

    /** Bounded by minutes, which only a failing test waits for. */
    private ILoggingEvent said() throws InterruptedException {
        ILoggingEvent event = events.poll(2, TimeUnit.MINUTES);
        assertThat(event).as("a line about the token").isNotNull();
        return event;
    }

    @Test
    void aRefusedTokenIsAWarningThatDoesNotContainIt() throws Exception {
        try (VaultServer _ = start(WRONG, false)) {
            ILoggingEvent event = said();
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage())
                    .contains("rejects the token of backend lab")
                    .contains("401")
                    .doesNotContain(WRONG);
        }
    }

    @Test
    void aTokenThatTheHubAcceptsIsNoWarning() throws Exception {
        try (VaultServer _ = start(StandardSet.ALICE_TOKEN, false)) {
            assertThat(said().getLevel()).isEqualTo(Level.INFO);
        }
    }

    @Test
    void aHubThatCannotBeReachedIsAWarning() throws Exception {
        hub.stop();
        try (VaultServer _ = start(WRONG, false)) {
            ILoggingEvent event = said();
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage())
                    .contains("Could not check the token of backend lab")
                    .doesNotContain(WRONG);
        }
    }

    @Test
    void aHubThatAnswersWithAnErrorIsAWarning() throws Exception {
        hub.fail(Asked.path("whoami"), Fault.status(500));
        try (VaultServer _ = start(WRONG, false)) {
            assertThat(said().getFormattedMessage()).contains("Could not check").contains("500");
        }
    }

    @Test
    void startupDoesNotWaitForTheHubAndAStopEndsTheCheckWithoutAWarning() throws Exception {
        Gate gate = hub.gateBeforeHead(Asked.path("whoami"));
        try (VaultServer server = start(WRONG, false)) {
            gate.awaitReached();
            assertThat(server.port()).isPositive();
        }
        gate.open();
        assertThat(events).isEmpty();
    }

    @Test
    void anOfflineVaultAsksNothing() throws Exception {
        try (VaultServer _ = start(WRONG, true)) {
            assertThat(hub.requests()).isEmpty();
        }
        assertThat(events).isEmpty();
    }
}
