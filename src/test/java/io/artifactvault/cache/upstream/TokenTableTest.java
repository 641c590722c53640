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
    private final TokenTable table = table(2);

    private TokenTable table(int most) {
        return new TokenTable(most, Clock.fixed(NOW, ZoneOffset.UTC), limits);
    }

    private static Token token(String text, Instant endsAt) {
        return new Token(Credential.bearer(text), endsAt);
    }

    private static Token token(String text) {
        return token(text, Instant.MAX);
    }

    @Test
    void theLeastRecentlyUsedTokenIsDroppedAndCounted() {
        table.keep("alice", "a", token("1"));
        table.keep("alice", "b", token("2"));
        assertThat(table.find("a")).isPresent();

        table.keep("alice", "c", token("3"));

        assertThat(table.size()).isEqualTo(2);
        assertThat(table.find("b")).isEmpty();
        assertThat(limits.of(TokenLimit.TOKENS)).isEqualTo(1);
    }

    @Test
    void aCallerWithManyScopesDisplacesOnlyItsOwn() {
        TokenTable large = table(100);
        large.keep("alice", "alice's", token("a"));
        large.keep("bob", "bob's", token("b"));

        for (int i = 0; i < 600; i++) {
            large.keep("anonymous", "scope " + i, token("t" + i));
        }

        assertThat(large.find("alice's")).isPresent();
        assertThat(large.find("bob's")).isPresent();
        assertThat(large.find("scope 599")).isPresent();
        assertThat(large.size()).isEqualTo(100);
    }

    @Test
    void aCallerAloneMayUseAllTheRoom() {
        TokenTable large = table(100);
        for (int i = 0; i < 100; i++) {
            large.keep("robot", "scope " + i, token("t" + i));
        }

        assertThat(large.size()).isEqualTo(100);
        assertThat(limits.of(TokenLimit.TOKENS)).isZero();
    }

    @Test
    void ofManyCallersWithOneTokenEachTheLeastRecentLosesIts() {
        table.keep("alice", "a", token("1"));
        table.keep("bob", "b", token("2"));
        assertThat(table.find("a")).isPresent();

        table.keep("carol", "c", token("3"));

        assertThat(table.find("a")).isPresent();
        assertThat(table.find("b")).isEmpty();
    }

    @Test
    void aLongTokenOccupiesTheRoomOfSeveral() {
        TokenTable large = table(4);
        large.keep("alice", "a", token("1"));
        large.keep("bob", "b", token("x".repeat(3 * TokenTable.CHARACTERS_OF_ONE - "Bearer ".length())));
        assertThat(large.size()).isEqualTo(2);

        large.keep("carol", "c", token("2"));

        assertThat(large.find("b")).isEmpty();
        assertThat(large.size()).isEqualTo(2);
    }

    @Test
    void aTokenForWhichThereIsNoRoomDisplacesNoOtherCallers() {
        table.keep("alice", "a", token("1"));

        table.keep("bob", "b", token("x".repeat(3 * TokenTable.CHARACTERS_OF_ONE)));
        table.lead("own", "b");

        assertThat(table.find("b")).isEmpty();
        assertThat(table.find("own")).isEmpty();
        assertThat(table.find("a")).isPresent();
    }

    @Test
    void aTokenHasOneEntryAndAFewNames() {
        table.keep("alice", "a", token("1"));
        for (int i = 0; i < 100; i++) {
            table.lead("own " + i, "a");
        }

        assertThat(table.size()).isEqualTo(1);
        assertThat(table.names()).isEqualTo(1 + TokenTable.MOST_OWN_NAMES);
        assertThat(table.find("own 99")).isPresent();
        assertThat(table.find("own 0")).isEmpty();
    }

    @Test
    void anOwnNameLeadsToTheLatestToken() {
        table.keep("alice", "a", token("1"));
        table.lead("own", "a");
        table.keep("alice", "a", token("2"));
        assertThat(table.find("own").map(Token::credential)).contains(Credential.bearer("2"));

        table.keep("alice", "b", token("3"));
        table.lead("own", "b");
        assertThat(table.find("own").map(Token::credential)).contains(Credential.bearer("3"));

        table.forget("a", Credential.bearer("2"));
        assertThat(table.find("own")).isPresent();
        table.forget("own", Credential.bearer("3"));
        assertThat(table.names()).isZero();
    }

    @Test
    void anExpiredTokenIsNeitherFoundNorCountedAsDropped() {
        table.keep("alice", "a", token("1", NOW));
        table.keep("alice", "b", token("2", NOW.plusNanos(1)));
        table.keep("alice", "c", token("3"));

        assertThat(table.find("a")).isEmpty();
        assertThat(table.find("b")).isPresent();
        assertThat(limits.of(TokenLimit.TOKENS)).isZero();
    }

    @Test
    void aRejectedTokenTakesNoNewerOneWithIt() {
        table.keep("alice", "a", token("new"));
        table.forget("a", Credential.bearer("old"));
        assertThat(table.find("a")).isPresent();

        table.keep("alice", "b", token("new"));
        table.forget(Credential.bearer("new"));
        assertThat(table.size()).isZero();
    }

    @Test
    void aTokenPrintsNothingOfItself() {
        assertThat(token("secret", Instant.EPOCH).toString()).doesNotContain("secret");
    }
}
