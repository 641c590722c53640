package io.artifactvault.cache.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.TokenRequest;
import io.artifactvault.http.BearerChallenge;
import io.artifactvault.http.OriginId;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenRealmTest {
    private static Optional<URI> address(String registry, String realm) {
        return TokenRealm.address(
                new TokenRequest(
                        new BearerChallenge(realm, "s", "a b"),
                        Set.of("tokens.example.net", "tokens.example.net:8443", "10.0.0.9:5001", "[::1]:5001")),
                OriginId.of(URI.create(registry)));
    }

    @ParameterizedTest
    @CsvSource({
        "https://registry.example.com, https://registry.example.com/token",
        "https://registry.example.com:8443, https://registry.example.com:8443/token",
        "https://registry.example.com, https://tokens.example.net/token",
        "https://registry.example.com, https://tokens.example.net:8443/token",
        "http://registry.example.com, https://tokens.example.net/token",
        "http://10.0.0.1:5000, http://10.0.0.9:5001/token",
        "http://10.0.0.1:5000, http://[::1]:5001/token",
        "http://registry, http://registry/token",
    })
    void aCredentialGoesToTheRegistrysOwnOriginAndToThoseOfTheOperator(String registry, String realm) {
        assertThat(address(registry, realm)).contains(URI.create(realm + "?service=s&scope=a%20b"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://registry.example.com, https://evil.example.org/token",
        "https://registry.example.com, https://registry.example.com:8443/token",
        "https://registry.example.com:8443, https://registry.example.com/token",
        "http://10.0.0.1:5000, http://10.0.0.1:5001/token",
        "http://registry.example.com, https://registry.example.com/token",
        "https://registry.example.com, https://tokens.example.net:9443/token",
        "http://registry.example.com, http://tokens.example.net/token",
        "https://registry.example.com, http://tokens.example.net:8443/token",
        "http://10.0.0.1:5000, http://10.0.0.9/token",
        "https://registry.example.com, https://evilexample.com/token",
        "https://registry-1.example.com, https://auth.example.com/token",
        "https://example.com, https://auth.example.com/token",
        "https://registry.example.com, https://example.com/token",
        "https://lab.github.io, https://evil.github.io/token",
        "https://registry.example.com, http://registry.example.com/token",
        "https://a.lab.co.uk, https://b.evil.co.uk/token",
        "https://lab.co.uk, https://evil.co.uk/token",
        "http://10.0.0.1, http://20.0.0.1/token",
        "http://10.0.0.1, http://11.0.0.1/token",
        "http://registry, http://auth/token",
        "https://registry.example.com, https://user:pw@registry.example.com/token",
        "https://registry.example.com, https://registry.example.com/token#x",
        "https://registry.example.com, ftp://registry.example.com/token",
        "https://registry.example.com, /token",
        "https://registry.example.com, https://registry.example.com/%zz",
        "https://registry.example.com, https://registry.example.com/a/../token",
        "https://registry.example.com, https://registry.example.com/%2e%2e/token",
        "https://registry.example.com, https://registry.example.com/a%2F..%2Ftoken",
        "https://registry.example.com, https://registry.example.com/tok\u00e9n",
        "https://registry.example.com, https://registry.example.com/token?a=\u00e9",
        "https://registry.example.com, https://registry.example.com/%7etoken",
    })
    void aCredentialGoesNowhereElse(String registry, String realm) {
        assertThat(address(registry, realm)).isEmpty();
    }

    @Test
    void theUsualPortIsTheSameOrigin() {
        assertThat(address("https://a.test", "https://a.test:443/t"))
                .contains(URI.create("https://a.test/t?service=s&scope=a%20b"));
    }

    @Test
    void aRealmWithoutAPathIsTheRootOfItsOrigin() {
        assertThat(address("https://a.test", "https://a.test"))
                .contains(URI.create("https://a.test/?service=s&scope=a%20b"));
    }

    @Test
    void anAddressThatIsTooLongIsRefused() {
        assertThat(address("https://a.test", "https://a.test/" + "t".repeat(20_000)))
                .isEmpty();
    }

    @Test
    void theAddressKeepsItsOwnQuestion() {
        assertThat(address("https://a.test", "https://a.test/t?x=1"))
                .contains(URI.create("https://a.test/t?x=1&service=s&scope=a%20b"));
    }
}
