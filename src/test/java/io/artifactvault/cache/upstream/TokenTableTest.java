package io.artifactvault.cache.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Credential;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class TokenTableTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final TokenLimit.Counts limits = new TokenLimit.Counts();
    private final TokenTable table = new TokenTable(2, Clock.fixed(NOW, ZoneOffset.UTC), limits);

    private static Token token(String text, Instant endsAt) {
        return new Token(Credential.bearer(text), endsAt);
    }

    @Test
    void theLeastRecentlyUsedNameIsDroppedAndCounted() {
        table.keep("a", token("1", Instant.MAX));
        table.keep("b", token("2", Instant.MAX));
        assertThat(table.find("a")).isPresent();

        table.keep("c", token("3", Instant.MAX));

        assertThat(table.size()).isEqualTo(2);
        assertThat(table.find("b")).isEmpty();
        assertThat(limits.of(TokenLimit.TOKENS)).isEqualTo(1);
    }

    @Test
    void anExpiredTokenIsNeitherFoundNorCountedAsDropped() {
        table.keep("a", token("1", NOW));
        table.keep("b", token("2", NOW.plusNanos(1)));
        table.keep("c", token("3", Instant.MAX));

        assertThat(table.find("a")).isEmpty();
        assertThat(table.find("b")).isPresent();
        assertThat(limits.of(TokenLimit.TOKENS)).isZero();
    }

    @Test
    void aRejectedTokenTakesNoNewerOneWithIt() {
        table.keep("a", token("new", Instant.MAX));
        table.forget("a", Credential.bearer("old"));
        assertThat(table.find("a")).isPresent();

        table.keep("b", token("new", Instant.MAX));
        table.forget(Credential.bearer("new"));
        assertThat(table.size()).isZero();
    }

    @Test
    void aTokenPrintsNothingOfItself() {
        assertThat(token("secret", Instant.EPOCH).toString()).doesNotContain("secret");
    }
}
