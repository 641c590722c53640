package io.artifactvault.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BearerChallengeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Bearer realm=\"https://a/t\",service=\"s\",scope=\"r:x:pull,push\" | https://a/t | s | r:x:pull,push",
                "bearer Realm = \"https://a/t\" , scope=x | https://a/t | '' | x",
                "Basic realm=\"b\", Bearer realm=\"https://a/t\", error=\"x\" | https://a/t | '' | ''",
                "Bearer realm=\"https://a/t\", Basic realm=\"b\" | https://a/t | '' | ''",
                "Negotiate, Bearer scope=\"s\", realm=\"https://a/t\" | https://a/t | '' | s",
            })
    void theChallengeSaysWhereATokenIsToBeHad(String value, String realm, String service, String scope) {
        assertThat(BearerChallenge.parse(value)).contains(new BearerChallenge(realm, service, scope));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Basic realm=\"x\"", "Bearer", "Bearer error=\"invalid_token\"", "realm=\"x\"", ",,=\""})
    void otherChallengesSayNothing(String value) {
        assertThat(BearerChallenge.parse(value)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer realm=\"https://a/t",
                "Bearer realm=\"https://a/t\\\"",
                "Bearer realm=\"https://a/t\",scope=\"x",
                "Bearer realm=https://a/t\"",
                "Bearer realm=\"https://a/t\"x",
                "Bearer realm=\"https://a/t\",realm=\"https://b/t\"",
                "Bearer realm=\"https://a/t\",scope=a b",
                "Bearer realm=\"https://a/t\",=x",
            })
    void aMalformedChallengeSaysNothing(String value) {
        assertThat(BearerChallenge.parse(value)).isEmpty();
    }

    @Test
    void aChallengeThatIsTooLongSaysNothing() {
        String most = "x".repeat(BearerChallenge.MOST_CHARACTERS);

        assertThat(BearerChallenge.parse("Bearer realm=\"r\",scope=\"" + most + "\""))
                .isPresent();
        assertThat(BearerChallenge.parse("Bearer realm=\"r" + most + "\"")).isEmpty();
        assertThat(BearerChallenge.parse("Bearer realm=\"r\",scope=\"x" + most + "\""))
                .isEmpty();
        assertThat(BearerChallenge.parse("Bearer realm=\"r\",service=\"x" + most + "\""))
                .isEmpty();
    }

    @Test
    void everyFieldIsRead() {
        Fields fields = Fields.of("WWW-Authenticate", "Basic realm=\"x\"", "WWW-Authenticate", "Bearer realm=\"r\"");

        assertThat(BearerChallenge.of(fields).map(BearerChallenge::realm)).contains("r");
    }
}
