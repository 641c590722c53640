package io.artifactvault.backend.oci;

import static io.artifactvault.backend.oci.TestRegistry.basic;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.artifactvault.backend.oci.TestRegistry.Manifest;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.OriginRequest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * Eleven requests for a private repository by five callers in five states: nobody but the one whom the registry lets have
 * it gets a byte, or learns what is stored. Where a caller may not have it, the response is the same to the octet as
 * that of a second vault before the same registry, which has nothing.
 */
@Timeout(300)
class RegistryIsolationTest {
    private static final String WRONG_PASSWORD =
            "Basic " + Base64.getEncoder().encodeToString("alice:guessed-password".getBytes(StandardCharsets.UTF_8));
    private static final String EXPIRED = "Bearer secret-expired-token-of-alice";
    private static final Set<String> DIFFERENT_EACH_TIME = Set.of("date", "x-request-id");
    private static final List<String> REQUESTS = List.of(
            "manifest by tag",
            "manifest by digest",
            "HEAD",
            "blob",
            "HEAD of blob",
            "range of blob",
            "ranges of blob",
            "If-None-Match of blob",
            "tags",
            "referrers",
            "If-None-Match");

    /** What the vault has, and how the registry is. */
    enum State {
        COLD,
        STORED_BY_ALICE,
        STORED_BY_A_PUBLIC_REPOSITORY,
        REGISTRY_DOWN,
        REGISTRY_LIMITED
    }

    @TempDir
    Path dir;

    private final TestRegistry registry = new TestRegistry();
    private final Content layer = Content.of("the-secret-layer;".repeat(2_000));
    private final Manifest image =
            Manifest.of(TestRegistry.OCI_MANIFEST, "{\"schemaVersion\":2,\"x\":\"the-secret-manifest\"}");
    private final Map<String, String> callers = new LinkedHashMap<>();

    @SuppressWarnings("NullAway.Init") // opened before each test
    private OciStage full;

    @SuppressWarnings("NullAway.Init") // opened before each test
    private OciStage blank;

    @BeforeEach
    void open() throws Exception {
        for (String repository : List.of("team/secret", "team/open")) {
            registry.push(repository, "latest", image);
            registry.pushBlob(repository, layer);
            registry.lists.put(repository + "/tags/list", "{\"name\":\"x\",\"tags\":[\"the-secret-tag\"]}");
            registry.lists.put(
                    repository + "/referrers/" + image.digest(),
                    "{\"manifests\":[{\"artifactType\":\"the-secret/referrer\"}]}");
        }
        callers.put("anonymous", "");
        callers.put("bob", basic("bob"));
        callers.put("alice", basic("alice"));
        callers.put("wrong password", WRONG_PASSWORD);
        callers.put("expired token", EXPIRED);
        full = new OciStage(Files.createDirectory(dir.resolve("full")), registry);
        blank = new OciStage(Files.createDirectory(dir.resolve("blank")), registry);
    }

    @AfterEach
    void close() {
        full.close();
        blank.close();
        registry.close();
    }

    private HttpResponse<byte[]> send(OciStage stage, String caller, String repository, String request)
            throws IOException, InterruptedException {
        String path = "/v2/hub/" + repository;
        String blob = path + "/blobs/sha256:" + layer.sha256();
        String etag = "\"" + image.digest() + "\"";
        return switch (request) {
            case "manifest by tag" -> as(stage, caller, "GET", path + "/manifests/latest");
            case "manifest by digest" -> as(stage, caller, "GET", path + "/manifests/" + image.digest());
            case "HEAD" -> as(stage, caller, "HEAD", path + "/manifests/latest");
            case "blob" -> as(stage, caller, "GET", blob);
            case "range of blob" -> as(stage, caller, "GET", blob, "Range", "bytes=3-20");
            case "HEAD of blob" -> as(stage, caller, "HEAD", blob);
            case "ranges of blob" -> as(stage, caller, "GET", blob, "Range", "bytes=0-9,50-59");
            case "If-None-Match of blob" ->
                as(stage, caller, "GET", blob, "If-None-Match", "\"sha256:" + layer.sha256() + "\"");
            case "tags" -> as(stage, caller, "GET", path + "/tags/list");
            case "referrers" -> as(stage, caller, "GET", path + "/referrers/" + image.digest());
            case "If-None-Match" -> as(stage, caller, "GET", path + "/manifests/latest", "If-None-Match", etag);
            default -> throw new IllegalArgumentException(request);
        };
    }

    private HttpResponse<byte[]> as(OciStage stage, String caller, String method, String target, String... fields)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(fields));
        String credential = callers.getOrDefault(caller, "");
        if (!credential.isEmpty()) {
            all.addAll(List.of("Authorization", credential));
        }
        return stage.send(method, target, all.toArray(String[]::new));
    }

    private void prepare(State state) throws Exception {
        if (state == State.COLD) {
            return;
        }
        for (String request : REQUESTS) {
            assertThat(send(full, "alice", "team/secret", request).statusCode())
                    .as(request)
                    .isBetween(200, 304);
        }
        full.awaitQuiet();
        if (state == State.STORED_BY_ALICE) {
            return;
        }
        registry.push("library/copy", "latest", image);
        registry.pushBlob("library/copy", layer);
        for (String request : List.of("manifest by tag", "manifest by digest", "blob")) {
            assertThat(send(full, "anonymous", "library/copy", request).statusCode())
                    .isEqualTo(200);
        }
        full.awaitQuiet();
        if (state == State.REGISTRY_DOWN) {
            registry.api.stop();
        } else if (state == State.REGISTRY_LIMITED) {
            registry.fault = (_, reply) -> {
                reply.field("Retry-After", "60");
                TestRegistry.error(reply, 429, "TOOMANYREQUESTS");
                return true;
            };
        }
    }

    /** Any success, any byte of the content, its digest where the request does not name it, or its length. */
    private boolean leaks(HttpResponse<byte[]> response, String request) {
        String head = response.headers().map().toString();
        boolean named = request.contains("digest") || request.contains("blob");
        return response.statusCode() < 400
                || OciStage.text(response).contains("the-secret")
                || (!named && head.contains(image.digest()))
                || head.contains("ocker-Content-Digest")
                || response.headers().firstValue("etag").isPresent();
    }

    private static String octets(HttpResponse<byte[]> response) {
        Map<String, List<String>> fields = new TreeMap<>(response.headers().map());
        fields.keySet().removeAll(DIFFERENT_EACH_TIME);
        return response.statusCode() + " " + fields + " " + OciStage.text(response);
    }

    private Optional<String> fault(String caller, String request) throws Exception {
        String cell = caller + ", " + request + ": ";
        HttpResponse<byte[]> response = send(full, caller, "team/secret", request);
        if (leaks(response, request)) {
            return Optional.of(cell + "leaked with " + response.statusCode());
        }
        String theirs = octets(send(blank, caller, "team/secret", request));
        return Optional.of(cell + octets(response) + " but without anything stored " + theirs)
                .filter(_ -> !octets(response).equals(theirs));
    }

    private List<String> faults() throws Exception {
        List<String> faults = new ArrayList<>();
        int sent = 0;
        for (String caller : callers.keySet()) {
            for (String request : REQUESTS) {
                if (!caller.equals("alice")) {
                    fault(caller, request).ifPresent(faults::add);
                    sent++;
                }
            }
        }
        assertThat(sent).isEqualTo(44);
        return faults;
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void onlyAliceGetsWhatIsHersInEveryState(State state) throws Exception {
        prepare(state);

        assertThat(faults()).isEmpty();
        for (String request : REQUESTS) {
            assertThat(send(full, "alice", "team/secret", request).statusCode())
                    .as(request)
                    .isBetween(200, 304);
        }
        assertThat(faults()).as("and once more, after her, with refusals kept").isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = State.class,
            names = {"REGISTRY_DOWN", "REGISTRY_LIMITED"})
    void beyondItsTimeAPermissionIsNoneWhileTheRegistryCannotBeAsked(State state) throws Exception {
        prepare(state);
        full.clock.advance(Duration.ofSeconds(301));
        blank.clock.advance(Duration.ofSeconds(301));

        assertThat(faults()).isEmpty();
        for (String request : REQUESTS) {
            assertThat(leaks(send(full, "alice", "team/secret", request), request))
                    .as(request)
                    .isFalse();
        }
        assertThat(send(full, "anonymous", "library/copy", "blob").statusCode()).isEqualTo(200);
    }

    @Test
    void aLoginThatIsRevokedEndsWithItsToken() throws Exception {
        prepare(State.STORED_BY_A_PUBLIC_REPOSITORY);
        registry.revoked.add(basic("alice"));
        full.clock.advance(Duration.ofSeconds(301));

        for (String request : REQUESTS) {
            assertThat(send(full, "alice", "team/secret", request).statusCode())
                    .as(request)
                    .isEqualTo(401);
        }
    }

    @Test
    void whatBobMayHaveHeGetsAndNothingElse() throws Exception {
        prepare(State.STORED_BY_ALICE);

        for (String request : REQUESTS) {
            assertThat(send(full, "bob", "team/open", request).statusCode())
                    .as(request)
                    .isBetween(200, 304);
            assertThat(leaks(send(full, "bob", "team/secret", request), request))
                    .as(request)
                    .isFalse();
            assertThat(leaks(send(full, "anonymous", "team/open", request), request))
                    .as(request)
                    .isFalse();
        }
    }

    /** Everybody may read the repository, and its own content is stored: that opens nothing that it does not have. */
    @Test
    void noDigestOfAPrivateRepositoryIsServedByAPublicOne() throws Exception {
        prepare(State.STORED_BY_ALICE);
        Manifest other = registry.push("library/other", "latest", Manifest.of(TestRegistry.OCI_MANIFEST, "{\"n\":1}"));
        String small = registry.pushBlob("library/other", Content.of("small"));
        for (String caller : callers.keySet()) {
            for (String own : List.of("manifests/latest", "manifests/" + other.digest(), "blobs/" + small)) {
                int status =
                        as(full, caller, "GET", "/v2/hub/library/other/" + own).statusCode();
                assertThat(status).isIn(200, 401);
            }
            for (String request : List.of("manifest by digest", "blob", "HEAD of blob", "range of blob")) {
                HttpResponse<byte[]> response = send(full, caller, "library/other", request);
                assertThat(response.statusCode()).as(request).isIn(401, 404);
                assertThat(leaks(response, request)).isFalse();
            }
        }
    }

    /** The repository that a registry's own request is for. */
    private static String repository(OriginRequest request) {
        List<String> path = List.of(request.path().split("/", -1));
        return path.get(2) + "/" + path.get(3);
    }

    @Test
    void noTokenIsUsedForAnotherRepositoryAndNoLoginReachesTheStorage() throws Exception {
        registry.needsToken = true;
        for (int i = 0; i < 6; i++) {
            registry.push("library/image" + i, "latest", image);
            registry.pushBlob("library/image" + i, Content.generated(10_000, i));
        }
        List<Future<Integer>> statuses = new ArrayList<>();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String caller : callers.keySet()) {
                for (int i = 0; i < 6; i++) {
                    String image = "library/image" + i;
                    statuses.add(pool.submit(
                            () -> send(full, caller, image, "manifest by tag").statusCode()));
                }
                for (String request : REQUESTS) {
                    statuses.add(pool.submit(
                            () -> send(full, caller, "team/secret", request).statusCode()));
                    statuses.add(pool.submit(
                            () -> send(full, caller, "team/open", request).statusCode()));
                }
            }
        }
        for (Future<Integer> status : statuses) {
            assertThat(status.get()).isLessThan(500);
        }

        List<OriginRequest> withToken = registry.api.requests(
                request -> request.field("Authorization").orElse("").startsWith("Bearer secret-token"));
        assertThat(withToken)
                .isNotEmpty()
                .allSatisfy(request -> assertThat(registry.issued.get(
                                request.field("Authorization").orElse("")))
                        .startsWith(repository(request) + " "));
        assertThat(registry.storage.requests())
                .isNotEmpty()
                .allMatch(request -> request.field("Authorization").isEmpty()
                        && request.field("Cookie").isEmpty());
    }

    /** A realm elsewhere gets no login, and the client a challenge of the vault's own. */
    @Test
    void aTokenServiceOnAnotherPortOrHostGetsNoLogin() throws Exception {
        for (String realm : List.of(
                registry.storage.base() + "/token",
                "http://localhost:" + registry.api.port() + "/token",
                "http://[::1]:" + registry.api.port() + "/token",
                "http://169.254.169.254/latest/meta-data")) {
            registry.fault = (_, reply) -> {
                reply.field("WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"s\",scope=\"x\"");
                TestRegistry.error(reply, 401, "UNAUTHORIZED");
                return true;
            };
            HttpResponse<byte[]> response = send(full, "alice", "team/secret", "manifest by tag");
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(OciStage.field(response, "WWW-Authenticate")).isEqualTo("Basic realm=\"hub\"");
            assertThat(OciStage.text(response)).doesNotContain("169.254", "localhost");
        }
        assertThat(registry.storage.requests()).isEmpty();
        assertThat(registry.api.requests(request -> request.path().equals("/token")))
                .isEmpty();
    }

    @Test
    void noLoginAndNoTokenIsInALogAnErrorAMetricOrAFile() throws Exception {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Logger log = (Logger) LoggerFactory.getLogger("io.artifactvault");
        Level before = log.getLevel();
        log.setLevel(Level.TRACE);
        log.addAppender(lines);
        StringBuilder seen = new StringBuilder();
        try {
            registry.needsToken = true;
            collect(seen);
            registry.fault = (_, reply) -> {
                TestRegistry.error(reply, 500, "UNKNOWN");
                return true;
            };
            full.clock.advance(Duration.ofSeconds(400));
            collect(seen);
            registry.fault = (_, _) -> false;
            registry.storage.stop();
            registry.blobs.put(
                    "team/secret@sha256:" + "a".repeat(64), Content.of("x").claimingSha256("a".repeat(64)));
            seen.append(octets(as(full, "alice", "GET", "/v2/hub/team/secret/blobs/sha256:" + "a".repeat(64))));
            registry.api.stop();
            full.clock.advance(Duration.ofSeconds(400));
            collect(seen);
            seen.append(full.admin("/metrics"))
                    .append(full.admin("/admin/status"))
                    .append(full.admin("/"));
        } finally {
            log.detachAppender(lines);
            log.setLevel(before);
        }
        lines.list.forEach(line -> seen.append(line.getFormattedMessage()).append('\n'));
        full.close();
        List<String> places = new ArrayList<>(List.of(seen.toString()));
        try (Stream<Path> files = Files.walk(dir.resolve("full/cache"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                places.add(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }

        List<String> secrets = new ArrayList<>(List.of(
                "secret-alice",
                "secret-bob",
                "guessed-password",
                basic("alice").substring(6),
                basic("bob").substring(6),
                WRONG_PASSWORD.substring(6),
                "secret-expired",
                "secret-token",
                "secret-signature"));
        assertThat(registry.issued).isNotEmpty();
        assertThat(lines.list).isNotEmpty();
        assertThat(places).hasSizeGreaterThan(3);
        assertThat(places.getFirst())
                .contains("team/secret:latest", "vault_", "\"path\":\"/v2/hub/team/secret/tags/list\"");
        assertThat(places).anyMatch(place -> place.contains("the-secret-manifest"));
        for (String secret : secrets) {
            assertThat(places).noneMatch(place -> place.contains(secret));
        }
    }

    /** What clients and operators read of every request by every caller. */
    private void collect(StringBuilder seen) throws Exception {
        for (String caller : callers.keySet()) {
            for (String request : REQUESTS) {
                HttpResponse<byte[]> response = send(full, caller, "team/secret", request);
                seen.append(response.headers().map()).append('\n');
                if (response.statusCode() >= 400) {
                    seen.append(OciStage.text(response)).append('\n');
                }
                seen.append(full.admin("/admin/why/" + OciStage.field(response, "X-Request-Id")))
                        .append('\n');
            }
        }
    }
}
