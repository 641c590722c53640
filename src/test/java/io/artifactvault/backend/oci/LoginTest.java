package io.artifactvault.backend.oci;

import static io.artifactvault.backend.oci.OciStage.field;
import static io.artifactvault.backend.oci.OciStage.text;
import static io.artifactvault.backend.oci.TestRegistry.basic;
import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.oci.TestRegistry.Manifest;
import io.artifactvault.testhub.Content;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How the vault logs in at a registry: with tokens, with the login itself, for its clients or for nobody. */
@Timeout(180)
class LoginTest {
    private static final String SECRET = "/v2/hub/team/secret/manifests/latest";
    private static final String PUBLIC = "/v2/hub/library/image/manifests/latest";

    @TempDir
    Path dir;

    private final TestRegistry registry = new TestRegistry();
    private final Manifest image = Manifest.of(TestRegistry.OCI_MANIFEST, "{\"schemaVersion\":2}");

    @SuppressWarnings("NullAway.Init") // opened before each test
    private OciStage stage;

    @BeforeEach
    void open() throws Exception {
        registry.push("library/image", "latest", image);
        registry.push("team/secret", "latest", image);
        stage = new OciStage(dir, registry);
    }

    @AfterEach
    void close() {
        stage.close();
        registry.close();
    }

    private int status(String target, String... fields) throws Exception {
        return stage.get(target, fields).statusCode();
    }

    @Test
    void oneTokenServesAllRequestsOfACallerForARepositoryAtTheSameTime() throws Exception {
        registry.needsToken = true;
        List<Future<Integer>> statuses = new ArrayList<>();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 12; i++) {
                String digest = registry.pushBlob("library/image", Content.generated(1_000, i));
                statuses.add(pool.submit(() -> status("/v2/hub/library/image/blobs/" + digest)));
            }
        }

        for (Future<Integer> status : statuses) {
            assertThat(status.get()).isEqualTo(200);
        }
        assertThat(registry.tokens).hasValue(1);
    }

    @Test
    void aTokenIsFetchedAgainWhenItEnds() throws Exception {
        registry.needsToken = true;
        status(PUBLIC);
        status("/v2/hub/library/image/tags/list");
        assertThat(registry.tokens).hasValue(1);

        stage.clock.advance(Duration.ofSeconds(301));
        registry.reset();
        assertThat(status(PUBLIC)).isEqualTo(200);
        assertThat(registry.tokens).hasValue(2);
        assertThat(registry.api.requests(request -> request.path().equals("/token")))
                .hasSize(1);
    }

    @Test
    void aTokenThatTheRegistryForgotIsFetchedAgainOnce() throws Exception {
        registry.needsToken = true;
        status(PUBLIC);
        registry.forgetTokens();
        stage.clock.advance(Duration.ofSeconds(61));

        assertThat(status(PUBLIC)).isEqualTo(200);
        assertThat(registry.tokens).hasValue(2);
    }

    /** Such as docker-registry with htpasswd. */
    @Test
    void aRegistryMayTakeLoginsItself() throws Exception {
        registry.fault = (request, reply) -> {
            if (request.field("Authorization").filter(basic("alice")::equals).isPresent()) {
                reply.field("Content-Type", image.type()).answer(image.bytes());
            } else {
                reply.field("WWW-Authenticate", "Basic realm=\"upstream realm\"");
                TestRegistry.error(reply, 401, "UNAUTHORIZED");
            }
            return true;
        };

        HttpResponse<byte[]> anonymous = stage.get(SECRET);
        assertThat(anonymous.statusCode()).isEqualTo(401);
        assertThat(field(anonymous, "WWW-Authenticate")).isEqualTo("Basic realm=\"hub\"");
        assertThat(stage.get(SECRET, "Authorization", basic("alice")).body()).isEqualTo(image.bytes());
        assertThat(status(SECRET, "Authorization", basic("bob"))).isEqualTo(401);
        assertThat(status(SECRET)).isEqualTo(401);
        registry.reset();
        assertThat(stage.get(SECRET, "Authorization", basic("alice")).body()).isEqualTo(image.bytes());
        assertThat(registry.requests()).isEmpty();
    }

    @Test
    void anEmptyLoginIsNone() throws Exception {
        assertThat(status(PUBLIC, "Authorization", "Basic Og==")).isEqualTo(200);
        assertThat(status(PUBLIC)).isEqualTo(200);

        assertThat(registry.api.requests())
                .hasSize(1)
                .allMatch(request -> request.field("Authorization").isEmpty());
    }

    @Test
    void aLentLoginServesThoseWithoutOneAndNobodyWithAWrongOne() throws Exception {
        stage.close();
        stage = new OciStage(
                dir,
                registry,
                ", allow_private_redirects: true, user: alice, password: secret-alice, login_for_anonymous: true");

        assertThat(stage.get(SECRET).body()).isEqualTo(image.bytes());
        assertThat(status(SECRET, "Authorization", basic("bob"))).isEqualTo(401);
        assertThat(status(SECRET, "Authorization", basic("mallory"))).isEqualTo(401);
        assertThat(stage.get(SECRET, "Authorization", "Basic Og==").body()).isEqualTo(image.bytes());
        assertThat(registry.storage.requests())
                .allMatch(request -> request.field("Authorization").isEmpty());
    }

    /** A response to one who sent a login must not be kept by a shared cache before the vault. */
    @Test
    void aPrivateImageIsMarkedAsPrivate() throws Exception {
        for (int i = 0; i < 2; i++) {
            HttpResponse<byte[]> response = stage.get(SECRET, "Authorization", basic("alice"));
            assertThat(field(response, "Cache-Control")).startsWith("private");
            assertThat(String.join(", ", response.headers().allValues("Vary"))).contains("Authorization");
        }
    }

    @Test
    void aTokenServiceThatIsDownIsAnErrorOfTheRegistryAndWhatIsStoredIsServed() throws Exception {
        registry.needsToken = true;
        status(PUBLIC);
        registry.fault = (request, reply) -> {
            reply.field("WWW-Authenticate", "Bearer realm=\"" + registry.api.base() + "/v2/down\",service=\"s\"");
            TestRegistry.error(reply, request.path().equals("/v2/down") ? 503 : 401, "UNKNOWN");
            return true;
        };
        stage.clock.advance(Duration.ofSeconds(400));

        assertThat(stage.get(PUBLIC).body()).isEqualTo(image.bytes());
        HttpResponse<byte[]> other = stage.get("/v2/hub/library/other/manifests/latest");
        assertThat(other.statusCode()).isIn(502, 503);
        assertThat(text(other)).startsWith("{\"errors\":[{\"code\":\"UNAVAILABLE\"");
    }

    @Test
    void listsAreServedWhileTheRegistryIsDown() throws Exception {
        String tags = "{\"name\":\"library/image\",\"tags\":[\"latest\"]}";
        String referrers = "{\"manifests\":[{\"size\":1}]}";
        registry.lists.put("library/image/tags/list", tags);
        registry.lists.put("library/image/referrers/" + image.digest(), referrers);
        List<String> targets =
                List.of("/v2/hub/library/image/tags/list", "/v2/hub/library/image/referrers/" + image.digest());
        for (String target : targets) {
            assertThat(status(target)).isEqualTo(200);
        }
        stage.awaitQuiet();
        registry.api.stop();
        stage.clock.advance(Duration.ofHours(3));

        assertThat(text(stage.get(targets.getFirst()))).isEqualTo(tags);
        assertThat(text(stage.get(targets.getLast()))).isEqualTo(referrers);
        assertThat(status("/v2/hub/library/image/tags/list?n=1")).isGreaterThanOrEqualTo(500);
    }
}
