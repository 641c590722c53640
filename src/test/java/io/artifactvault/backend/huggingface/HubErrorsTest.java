package io.artifactvault.backend.huggingface;

import static io.artifactvault.backend.huggingface.Hubs.COMMIT;
import static io.artifactvault.backend.huggingface.Hubs.hub;
import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Verdict;
import io.artifactvault.backend.Verdict.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubErrorsTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            404, RevisionNotFound, ABSENT
            404, EntryNotFound,    ABSENT
            404, RepoNotFound,     DENIED
            401, RepoNotFound,     DENIED
            401, GatedRepo,        DENIED
            403, GatedRepo,        DENIED
            403, NeverHeardOf,     DENIED
            401, NeverHeardOf,     DENIED
            429, '',               UNAVAILABLE
            500, '',               UNAVAILABLE
            503, '',               UNAVAILABLE
            504, '',               UNAVAILABLE
            403, '',               OTHER
            400, '',               OTHER
            410, '',               OTHER
            416, '',               OTHER
            """)
    void statusAndCodeSayWhichErrorItIs(int status, String code, Kind kind) {
        assertThat(error(status, "X-Error-Code", code).kind()).isEqualTo(kind);
    }

    @Test
    void aMissingEntryOfANamedCommitIsMissingForEver() {
        Verdict.Final verdict = error(404, "X-Error-Code", "EntryNotFound", "X-Repo-Commit", COMMIT);

        assertThat(verdict.kind()).isEqualTo(Kind.ABSENT_AT_REVISION);
        assertThat(verdict.pointsTo()).contains(COMMIT);
        assertThat(verdict.fields().first("X-Repo-Commit")).contains(COMMIT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"main", "607a30d", ""})
    void aMissingEntryWithoutAWholeCommitIsMissingNow(String commit) {
        Verdict.Final verdict = error(404, "X-Error-Code", "EntryNotFound", "X-Repo-Commit", commit);

        assertThat(verdict.kind()).isEqualTo(Kind.ABSENT);
        assertThat(verdict.pointsTo()).isEmpty();
    }

    @Test
    void a401WithoutACodeGetsTheOneThatClientsUnderstand() {
        Verdict.Final verdict = error(401, "X-Error-Message", "Invalid username or password.");

        assertThat(verdict.kind()).isEqualTo(Kind.DENIED);
        assertThat(verdict.fields().all("X-Error-Code")).containsExactly("RepoNotFound");
        assertThat(verdict.fields().first("X-Error-Message")).contains("Invalid username or password.");
    }

    @Test
    void a401WithACodeOfItsOwnKeepsIt() {
        assertThat(error(401, "X-Error-Code", "SubscriptionEnded").fields().all("X-Error-Code"))
                .containsExactly("SubscriptionEnded");
    }

    @Test
    void aBadTokenSaysNothingAboutTheRepository() {
        Verdict.Final verdict = error(401, "X-Error-Message", "Invalid credentials in Authorization header");

        assertThat(verdict.kind()).isEqualTo(Kind.UNAUTHENTICATED);
        assertThat(verdict.fields().has("X-Error-Code")).isFalse();
    }

    @Test
    void aDisabledRepositoryIsClosed() {
        assertThat(error(403, "X-Error-Message", "Access to this resource is disabled.")
                        .kind())
                .isEqualTo(Kind.DENIED);
    }

    @Test
    void a404WithoutACodeIsTheHubsOnlyAsJson() {
        assertThat(HubErrors.judge(hub(404, "Content-Type", "text/html"))).isInstanceOf(Verdict.Unexpected.class);
        assertThat(HubErrors.judge(hub(404))).isInstanceOf(Verdict.Unexpected.class);
        assertThat(error(404, "Content-Type", "application/json; charset=utf-8").kind())
                .isEqualTo(Kind.OTHER);
    }

    @Test
    void rateLimitFieldsReachTheClient() {
        Verdict.Final verdict = error(
                429,
                "RateLimit",
                "\"resolvers\";r=0;t=123",
                "RateLimit-Policy",
                "\"fixed window\";\"resolvers\";q=3000;w=300",
                "Retry-After",
                "123");

        assertThat(verdict.fields().has("RateLimit")).isTrue();
        assertThat(verdict.fields().has("RateLimit-Policy")).isTrue();
        assertThat(verdict.fields().first("Retry-After")).contains("123");
    }

    @Test
    void noOtherFieldOfAnErrorReachesTheClient() {
        Verdict.Final verdict = error(
                403,
                "Location",
                "https://huggingface.co/login",
                "Set-Cookie",
                "a=b",
                "X-Xet-Hash",
                "63be",
                "Content-Length",
                "9",
                "Strict-Transport-Security",
                "max-age=1",
                "X-Error-Code",
                "GatedRepo",
                "WWW-Authenticate",
                "Bearer realm=\"Authentication required\"");

        assertThat(verdict.fields().lines())
                .extracting(f -> f.name())
                .containsExactly(
                        "X-Error-Code",
                        "WWW-Authenticate",
                        "Access-Control-Allow-Origin",
                        "Access-Control-Expose-Headers");
    }

    private static Verdict.Final error(int status, String... fields) {
        return (Verdict.Final) HubErrors.judge(hub(status, fields));
    }
}
