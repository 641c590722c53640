package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.OriginHandler;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A backend of type http that follows redirects: what is kept under the first target lives no longer, and is no more public, than every
 * hop allows. The first hop is at the backend's own origin, the last at a CDN whose answers may be kept for a year.
 */
@Timeout(120)
class HttpRedirectsTest {
    private static final String YEAR = "public, max-age=31536000";

    @TempDir
    Path folder;

    private ScriptedOrigin origin;
    private ScriptedOrigin cdn;
    private Stage<String> stage;
    private volatile String version = "1";

    @BeforeEach
    void start() throws IOException {
        cdn = ScriptedOrigin.open("127.0.0.1", delivering("Cache-Control", YEAR));
        origin = ScriptedOrigin.open("127.0.0.1", redirecting(302, "max-age=60"));
        stage = open("usual", Optional.empty());
    }

    private Stage<String> open(String name, Optional<Duration> defaultTtl) throws IOException {
        return Stage.ofFiles(folder.resolve(name), origin.base())
                .files(files -> files.following(PrivateTargets.ALL).defaultTtl(defaultTtl))
                .start();
    }

    @AfterEach
    void stop() {
        stage.close();
        origin.close();
        cdn.close();
        assertThat(origin.failures()).isEmpty();
        assertThat(cdn.failures()).isEmpty();
    }

    /** The body is the target, which is also the entity tag; 304 where the client has that already. */
    private static OriginHandler delivering(String... fields) {
        return (request, reply) -> {
            for (int i = 0; i < fields.length; i += 2) {
                reply.field(fields[i], fields[i + 1]);
            }
            String tag = "\"" + request.path() + "\"";
            reply.field("ETag", tag);
            if (request.fields().first("If-None-Match").filter(tag::equals).isPresent()) {
                reply.status(304).sendHead();
            } else {
                reply.answer(request.path());
            }
        };
    }

    private OriginHandler redirecting(int status, String control, String... fields) {
        return (request, reply) -> {
            if (!control.isEmpty()) {
                reply.field("Cache-Control", control);
            }
            for (int i = 0; i < fields.length; i += 2) {
                reply.field(fields[i], fields[i + 1]);
            }
            reply.status(status).field("Location", cdn.base() + "/v" + version).answer("moved");
        };
    }

    private HttpResponse<String> get(String... fields) throws IOException, InterruptedException {
        return stage.get("latest", fields);
    }

    private static Optional<String> control(HttpResponse<?> answer) {
        return answer.headers().firstValue("Cache-Control");
    }

    @Test
    void aNameIsFreshAsLongAsItsRedirectAndClientsSeeThatLifetime() throws Exception {
        HttpResponse<String> first = get();
        version = "2";
        stage.clock.advance(Duration.ofSeconds(59));
        HttpResponse<String> again = get();

        assertThat(first.body()).isEqualTo("/v1");
        assertThat(control(first)).contains("max-age=60");
        assertThat(again.body()).isEqualTo("/v1");
        assertThat(again.headers().firstValue("Cache-Status")).contains("artifact-vault; hit; ttl=1");
        stage.clock.advance(Duration.ofSeconds(1));
        assertThat(get().body()).isEqualTo("/v2");
    }

    @ParameterizedTest
    @CsvSource({
        "301, '', 0",
        "308, '', 0",
        "302, '', 0",
        "303, '', 0",
        "307, '', 0",
        "302, no-cache, 0",
        "302, max-age=0, 0",
        "301, max-age=60, 60",
        "307, s-maxage=60, 60",
        "308, public, 0",
        "302, 'max-age=60, must-revalidate', 60",
    })
    void afterTheLifetimeOfTheRedirectTheNameIsAskedForAgain(int status, String control, int seconds) throws Exception {
        origin.handler(redirecting(status, control));
        get();
        if (seconds > 0) {
            stage.clock.advance(Duration.ofSeconds(seconds - 1));
            get();
            assertThat(origin.requests()).hasSize(1);
            stage.clock.advance(Duration.ofSeconds(1));
        }
        version = "2";

        assertThat(get().body()).isEqualTo("/v2");
    }

    @ParameterizedTest
    @CsvSource({"301, true", "308, true", "302, false", "303, false", "307, false"})
    void theOperatorsDefaultIsForPermanentRedirects(int status, boolean lasts) throws Exception {
        origin.handler(redirecting(status, ""));
        try (Stage<String> lasting = open("lasting", Optional.of(Duration.ofHours(1)))) {
            lasting.get("latest");
            version = "2";
            lasting.clock.advance(Duration.ofMinutes(59));
            assertThat(lasting.get("latest").body()).isEqualTo(lasts ? "/v1" : "/v2");
            lasting.clock.advance(Duration.ofMinutes(1));
            assertThat(lasting.get("latest").body()).isEqualTo("/v2");
        }
    }

    @Test
    void theLifetimeOfTheLastHopCountsIfItIsShorter() throws Exception {
        cdn.handler(delivering("Cache-Control", "max-age=10"));
        origin.handler(redirecting(301, YEAR));
        assertThat(control(get())).contains("max-age=10");
        stage.clock.advance(Duration.ofSeconds(10));
        get();

        assertThat(origin.requests()).hasSize(2);
    }

    @Test
    void theAgeOfARedirectIsCounted() throws Exception {
        origin.handler(redirecting(302, "max-age=60", "Age", "50"));
        get();
        stage.clock.advance(Duration.ofSeconds(9));
        get();
        assertThat(origin.requests()).hasSize(1);
        stage.clock.advance(Duration.ofSeconds(1));
        get();
        assertThat(origin.requests()).hasSize(2);
    }

    @Test
    void anOldAnswerBehindAYoungRedirectLivesAsLongAsTheRedirect() throws Exception {
        cdn.handler(delivering("Cache-Control", YEAR, "Age", "1000"));
        get();
        stage.clock.advance(Duration.ofSeconds(59));
        HttpResponse<String> again = get();

        assertThat(origin.requests()).hasSize(1);
        assertThat(again.headers().firstValue("Age")).contains("1059");
        assertThat(control(again)).contains("max-age=1060");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "private",
                "no-store",
                "private, no-store",
                "private, max-age=60",
                "no-store, max-age=60",
                "NO-STORE",
                "max-age=60, private=\"\""
            })
    void aResponseBehindARedirectWithNoStoreIsNotStored(String control) throws Exception {
        origin.handler(redirecting(302, control));
        HttpResponse<String> first = get();
        get();

        assertThat(first.body()).isEqualTo("/v1");
        assertThat(control(first).orElse("")).doesNotContain("public").containsAnyOf("private", "no-store");
        assertThat(cdn.requests()).hasSize(2);
        assertThat(cdn.requests().getLast().fields().has("If-None-Match")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"Set-Cookie, sid=1", "Vary, *", "CDN-Cache-Control, no-store", "CDN-Cache-Control, private"})
    void aResponseBehindAPrivateRedirectIsNotStored(String name, String value) throws Exception {
        origin.handler(redirecting(302, "max-age=60", name, value));
        get();
        get();

        assertThat(cdn.requests()).hasSize(2);
        assertThat(cdn.requests().getLast().fields().has("If-None-Match")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"'', true", "max-age=60, true", "'public, max-age=60', false", "'max-age=60, must-revalidate', false"})
    void aResponseToAuthorizationNeedsThePermissionOfEveryHop(String control, boolean asked) throws Exception {
        origin.handler(redirecting(302, control));
        get("Authorization", "Bearer good");
        version = "2";

        assertThat(get().body()).isEqualTo(asked ? "/v2" : "/v1");
        assertThat(cdn.requests().getFirst().fields().has("Authorization")).isFalse();
        if (asked) {
            assertThat(cdn.requests().getLast().fields().has("If-None-Match")).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"'', true", "max-age=60, false"})
    void anAnswerToACookieNeedsALifetimeFromEveryHop(String control, boolean asked) throws Exception {
        origin.handler(redirecting(302, control));
        get("Cookie", "sid=good");
        version = "2";

        assertThat(get().body()).isEqualTo(asked ? "/v2" : "/v1");
    }

    @Test
    void variantsAreChosenByWhatAnyHopVariesBy() throws Exception {
        cdn.handler(delivering("Cache-Control", YEAR, "Vary", "Accept-Encoding"));
        origin.handler((request, reply) -> reply.status(302)
                .field("Cache-Control", "max-age=60")
                .field("Vary", "Foo")
                .field(
                        "Location",
                        cdn.base() + "/" + request.fields().first("Foo").orElse("none"))
                .answer("moved"));
        HttpResponse<String> one = get("Foo", "1");

        assertThat(one.body()).isEqualTo("/1");
        assertThat(one.headers().allValues("Vary")).containsExactly("accept-encoding, foo");
        assertThat(get("Foo", "2").body()).isEqualTo("/2");
        assertThat(get().body()).isEqualTo("/none");
        assertThat(get("Foo", "1").body()).isEqualTo("/1");
        assertThat(origin.requests()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"must-revalidate", "proxy-revalidate", "s-maxage=60", "no-cache"})
    void aResponseIsNotServedStaleIfAnyHopForbidsIt(String directive) throws Exception {
        origin.handler(redirecting(302, "max-age=60, " + directive));
        get();
        stage.clock.advance(Duration.ofSeconds(61));
        origin.handler((request, reply) -> reply.status(503).answer("down"));

        assertThat(get().statusCode()).isEqualTo(503);
    }

    @Test
    void aConfirmationThroughARedirectHoldsAsLongAsTheRedirect() throws Exception {
        origin.handler(redirecting(302, "no-cache"));
        get();
        origin.handler(redirecting(302, "max-age=60"));
        HttpResponse<String> confirmed = get();

        assertThat(confirmed.headers().firstValue("X-Cache")).contains("REVALIDATED");
        stage.clock.advance(Duration.ofSeconds(59));
        get();
        assertThat(origin.requests()).hasSize(2);
        stage.clock.advance(Duration.ofSeconds(1));
        get();
        assertThat(origin.requests()).hasSize(3);
        assertThat(cdn.requests()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"private", "no-store"})
    void a304ThroughARedirectWithNoStoreRemovesTheStoredResponse(String control) throws Exception {
        get();
        stage.clock.advance(Duration.ofSeconds(61));
        origin.handler(redirecting(302, control));
        assertThat(get().body()).isEqualTo("/v1");
        get();

        assertThat(cdn.requests().get(1).fields().has("If-None-Match")).isTrue();
        assertThat(cdn.requests().get(2).fields().has("If-None-Match")).isFalse();
    }

    @Test
    void anAnswerToHeadThroughARedirectFreshensForAsLongAsTheRedirect() throws Exception {
        get();
        stage.clock.advance(Duration.ofSeconds(61));
        cdn.handler((request, reply) ->
                reply.field("Cache-Control", YEAR).field("ETag", "\"/v1\"").answer("/v1"));
        assertThat(control(stage.send("HEAD", "latest"))).contains("max-age=60");
        stage.clock.advance(Duration.ofSeconds(59));
        get();
        assertThat(origin.requests()).hasSize(2);
        stage.clock.advance(Duration.ofSeconds(1));
        get();

        assertThat(origin.requests()).hasSize(3);
    }

    @Test
    void aResponseToHeadThroughARedirectWithNoStoreRemovesTheStoredResponse() throws Exception {
        get();
        stage.clock.advance(Duration.ofSeconds(61));
        origin.handler(redirecting(302, "private"));
        stage.send("HEAD", "latest");
        origin.handler(redirecting(302, "max-age=60"));
        get();

        assertThat(cdn.requests().getLast().fields().has("If-None-Match")).isFalse();
    }

    /** Both targets have the same validator and the same length. */
    private static OriginHandler twins() {
        return (request, reply) -> {
            reply.field("Cache-Control", YEAR).field("ETag", "\"same\"");
            if (request.fields().first("If-None-Match").isPresent()) {
                reply.status(304).sendHead();
            } else {
                reply.asContent().serve(Content.of(request.path().repeat(1000)));
            }
        };
    }

    @Test
    void aValidatorOfOneTargetConfirmsNothingOfAnother() throws Exception {
        cdn.handler(twins());
        assertThat(get().body()).isEqualTo("/v1".repeat(1000));
        stage.clock.advance(Duration.ofSeconds(61));
        assertThat(get().headers().firstValue("X-Cache")).contains("REVALIDATED");
        version = "2";
        stage.clock.advance(Duration.ofSeconds(61));

        assertThat(get().body()).isEqualTo("/v2".repeat(1000));
    }

    @Test
    void partsOfTwoTargetsAreNotCombined() throws Exception {
        cdn.handler(twins());
        assertThat(get("Range", "bytes=0-1499").body()).isEqualTo("/v1".repeat(500));
        version = "2";

        assertThat(get().body()).isEqualTo("/v2".repeat(1000));
    }

    @Test
    void theFieldWithTheTargetIsTheVaultsOwn() throws Exception {
        cdn.handler((request, reply) -> reply.field("Cache-Control", YEAR)
                .field("X-Vault-Source", "of the origin")
                .answer(request.path()));
        get();
        HttpResponse<String> stored = get();

        assertThat(stored.headers().firstValue("X-Cache")).contains("HIT");
        assertThat(stored.headers().firstValue("X-Vault-Source")).isEmpty();
    }

    @Test
    void theShortestOfThreeHopsCounts() throws Exception {
        ScriptedOrigin middle = ScriptedOrigin.open(
                "127.0.0.1",
                (request, reply) -> reply.status(307)
                        .field("Cache-Control", "max-age=5, must-revalidate")
                        .field("Location", cdn.base() + "/v" + version)
                        .answer(""));
        try (middle) {
            origin.handler((request, reply) -> reply.status(301)
                    .field("Cache-Control", YEAR)
                    .field("Location", middle.base() + "/x")
                    .answer(""));
            assertThat(control(get())).contains("must-revalidate, max-age=5");
            version = "2";
            stage.clock.advance(Duration.ofSeconds(5));
            assertThat(get().body()).isEqualTo("/v2");
        }
    }

    @Test
    void aPartBehindAPrivateRedirectIsNotKept() throws Exception {
        cdn.handler((request, reply) -> reply.status(206)
                .field("Cache-Control", YEAR)
                .field("ETag", "\"x\"")
                .field("Content-Range", "bytes 0-1/10")
                .answer("01"));
        origin.handler(redirecting(302, "private"));
        get("Range", "bytes=0-1");
        assertThat(get("Range", "bytes=0-1").statusCode()).isEqualTo(206);

        assertThat(cdn.requests()).hasSize(2);
    }

    @Test
    void whatIsStoredHoldsAfterARestart() throws Exception {
        get();
        stage.restart();
        stage.clock.advance(Duration.ofSeconds(61));
        version = "2";

        assertThat(get().body()).isEqualTo("/v2");
    }
}
