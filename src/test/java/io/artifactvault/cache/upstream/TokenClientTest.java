package io.artifactvault.cache.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Credential;
import io.artifactvault.origin.OfflineOrigin;
import io.artifactvault.origin.redirect.RedirectFollower;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TokenClientTest {
    private final TokenClient tokens = new TokenClient(new RedirectFollower(new OfflineOrigin()), Clock.systemUTC());

    @Test
    void theNumberOfStoredTokensIsLimited() {
        for (int i = 0; i < 3 * TokenClient.MOST; i++) {
            tokens.keep("place " + i, "scope " + i, new TokenClient.Token(Credential.bearer("t" + i), Instant.MAX));
        }

        assertThat(tokens.size()).isEqualTo(TokenClient.MOST);
    }

    @Test
    void aTokenPrintsNothingOfItself() {
        assertThat(new TokenClient.Token(Credential.bearer("secret"), Instant.EPOCH).toString())
                .doesNotContain("secret");
    }
}
