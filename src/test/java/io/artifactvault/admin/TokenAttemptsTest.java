package io.artifactvault.admin;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Wrong tokens are told of in the log, however many come. */
class TokenAttemptsTest {
    private static final Clock FIXED = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    private final Logger log = (Logger) LoggerFactory.getLogger(TokenAttempts.class);
    private final ListAppender<ILoggingEvent> heard = new ListAppender<>();

    @BeforeEach
    void listen() {
        heard.start();
        log.addAppender(heard);
    }

    @AfterEach
    void stopListening() {
        log.detachAppender(heard);
    }

    private List<String> warnings() {
        return heard.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void aFloodOfWrongTokensIsOneWarning() {
        TokenAttempts attempts = new TokenAttempts(FIXED);
        for (int i = 0; i < 1000; i++) {
            attempts.wrong("10.0.0." + i % 200);
        }
        assertThat(warnings()).singleElement().asString().contains("10.0.0.0");
    }

    @Test
    void aPauseIsBoundedAndEndsWithARightToken() {
        TokenAttempts attempts = new TokenAttempts(FIXED);
        for (int i = 0; i < 100; i++) {
            attempts.wrong("10.0.0.1");
        }
        assertThat(attempts.pause("10.0.0.1")).isEqualTo(TokenAttempts.LONGEST);
        assertThat(attempts.pause("10.0.0.2")).isEqualTo(Duration.ZERO);
        attempts.right("10.0.0.1");
        assertThat(attempts.pause("10.0.0.1")).isEqualTo(Duration.ZERO);
    }
}
