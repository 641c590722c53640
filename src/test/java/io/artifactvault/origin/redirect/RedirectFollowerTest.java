package io.artifactvault.origin.redirect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.http.RequestBody;
import io.artifactvault.origin.EmptyResponse;
import io.artifactvault.origin.Hop;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.RawOrigin;
import io.artifactvault.origin.Rig;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Where a chain leads, what travels along, and where it ends. */
class RedirectFollowerTest {
    private static final URI HUB = URI.create("https://hub.test/a/b?x=1");
    private static final RedirectPolicy POLICY = new RedirectPolicy(5, PrivateTargets.NONE);

    /** Answers by URI; everything else is 200. */
    private static final class Scripted implements Origin {
        private final Map<String, EmptyResponse> answers = new HashMap<>();
        private final List<OriginRequest> asked = new ArrayList<>();

        Scripted redirect(String from, int status, String to) {
            answers.put(from, new EmptyResponse(status, Fields.of("Location", to)));
            return this;
        }

        @Override
        public OriginResponse send(OriginRequest request) {
            asked.add(request);
            EmptyResponse answer = answers.get(request.uri().toString());
            return answer == null ? new EmptyResponse(200, Fields.EMPTY) : answer;
        }

        @Override
        public void close() {}

        EmptyResponse answerOf(String uri) {
            return Objects.requireNonNull(answers.get(uri));
        }
    }

    private static OriginRequest personal() {
        return OriginRequest.get(HUB)
                .withCredential(Optional.of(Credential.bearer("hf_x")))
                .withFields(
                        Fields.of("Accept", "*/*", "Cookie", "a=b", "X-HF-Bill-To", "me", "Proxy-Authorization", "p"));
    }

    private static RedirectFollower.Arrival follow(Origin origin, OriginRequest request) throws OriginException {
        return new RedirectFollower(origin).follow(request, POLICY, hops -> false);
    }

    private static OriginFailure failing(Origin origin, OriginRequest request) {
        return catchThrowableOfType(OriginException.class, () -> follow(origin, request))
                .failure();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirectStatusesAreFollowed(int status) throws Exception {
        Scripted origin = new Scripted().redirect(HUB.toString(), status, "/c");
        try (RedirectFollower.Arrival arrival = follow(origin, personal())) {
            assertThat(arrival.hops()).extracting(Hop::status).containsExactly(status, 200);
            assertThat(arrival.last().uri()).hasToString("https://hub.test/c");
            assertThat(origin.answerOf(HUB.toString()).isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 206, 300, 304, 305, 306, 404, 503})
    void otherStatusesAreNotFollowed(int status) throws Exception {
        Scripted origin = new Scripted().redirect(HUB.toString(), status, "/c");
        try (RedirectFollower.Arrival arrival = follow(origin, personal())) {
            assertThat(arrival.last().status()).isEqualTo(status);
            assertThat(arrival.hops()).hasSize(1);
        }
    }

    @Test
    void onTheSameOriginEveryFieldIsKept() throws Exception {
        Scripted origin = new Scripted()
                .redirect(HUB.toString(), 307, "https://HUB.test:443/c")
                .redirect("https://hub.test:443/c", 302, "d");
        follow(origin, personal()).close();
        assertThat(origin.asked.getLast()).isEqualTo(personal().withUri(URI.create("https://hub.test:443/d")));
    }

    /** What Location may say so that the next request goes to another origin. */
    static Stream<String> elsewhere() {
        List<String> hosts = List.of(
                "cdn.test",
                "CDN.TEST",
                "hub.test.",
                "www.hub.test",
                "hub.test.evil.test",
                "hub-test",
                "hubtest",
                "[2001:db8::1]",
                "203.0.113.1",
                "xn--hb-test-0za.test",
                "hub.tes",
                "hub.testt",
                "_hub.test");
        List<String> forms = List.of(
                "https://%s/", "https://%s:443/x", "https://%s/a/b?x=1", "//%s/x", "HTTPS://%s", "//%s:8443/y?z#f");
        List<String> sameHost = List.of(
                "http://hub.test/",
                "http://hub.test:443/",
                "http://HUB.TEST/a/b?x=1",
                "https://hub.test:8443/",
                "https://hub.test:80/",
                "https://hub.test:444/",
                "https://HUB.test:4430/a/b?x=1",
                "//hub.test:8443/",
                "//hub.test:1/",
                "//HUB.TEST:65535/",
                "http://hub.test:8080/@hub.test/",
                "http://hub.test?@hub.test/",
                "hTTp://hub.test/",
                "http://hub.test:80/",
                "https://cdn.test/https://hub.test/",
                "https://cdn.test/?https://hub.test/",
                "https://cdn.test/#@hub.test",
                "https://cdn.test:443/@hub.test",
                "//cdn.test//hub.test/",
                "https://cdn.test/..//hub.test/",
                "https://cdn.test/%2F%2Fhub.test",
                "https://cdn.test?hub.test");
        return Stream.concat(
                hosts.stream().flatMap(host -> forms.stream().map(form -> form.formatted(host))), sameHost.stream());
    }

    @Test
    void theTableHasAHundredRedirectsToOtherOrigins() {
        assertThat(elsewhere().count()).isGreaterThanOrEqualTo(100);
    }

    @ParameterizedTest
    @MethodSource("elsewhere")
    void anotherOriginGetsNoCredentialAndNeitherDoLaterHops(String location) throws Exception {
        Scripted origin = new Scripted().redirect(HUB.toString(), 302, location);
        String next = Location.resolve(HUB, location)
                .map(URI::toString)
                // A host that Java takes for no host is not gone to at all.
                .orElse("");
        origin.redirect(next, 302, "https://hub.test/back");
        if (next.isEmpty()) {
            assertThat(failing(origin, personal())).isEqualTo(OriginFailure.BAD_REDIRECT);
            assertThat(origin.asked).hasSize(1);
            return;
        }
        follow(origin, personal()).close();
        assertThat(origin.asked).hasSize(3);
        for (OriginRequest later : origin.asked.subList(1, 3)) {
            assertThat(later.credential()).isEmpty();
            assertThat(later.fields()).isEqualTo(Fields.of("Accept", "*/*"));
        }
        assertThat(OriginId.of(origin.asked.get(1).uri())).isNotEqualTo(OriginId.of(HUB));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://hub.test@cdn.test/",
                "https://user:pw@hub.test/",
                "https://hub.test\\@cdn.test/",
                "https://hub.test%40cdn.test/",
                "ftp://hub.test/",
                "",
                "https:///x",
            })
    void anInvalidLocationIsRefused(String location) {
        Scripted origin = new Scripted().redirect(HUB.toString(), 302, location);
        assertThat(failing(origin, personal())).isEqualTo(OriginFailure.BAD_REDIRECT);
        assertThat(origin.asked).hasSize(1);
        assertThat(origin.answerOf(HUB.toString()).isClosed()).isTrue();
    }

    @Test
    void noLocationOrTwoDifferentOnesAreBad() {
        Scripted origin = new Scripted();
        origin.answers.put(HUB.toString(), new EmptyResponse(302, Fields.EMPTY));
        assertThat(failing(origin, personal())).isEqualTo(OriginFailure.BAD_REDIRECT);
        origin.answers.put(HUB.toString(), new EmptyResponse(302, Fields.of("Location", "/a", "location", "/b")));
        assertThat(failing(origin, personal())).isEqualTo(OriginFailure.BAD_REDIRECT);
    }

    @Test
    void aLoopIsFound() {
        Scripted origin = new Scripted()
                .redirect(HUB.toString(), 302, "https://cdn.test/1")
                .redirect("https://cdn.test/1", 302, "https://HUB.test:443/a/b?x=1#f");
        assertThat(failing(origin, personal())).isEqualTo(OriginFailure.REDIRECT_LOOP);
        assertThat(origin.asked).hasSize(2);
    }

    @Test
    void noMoreRedirectsAreFollowedThanAllowed() throws Exception {
        Scripted origin = new Scripted();
        for (int i = 0; i < 5; i++) {
            origin.redirect("https://hub.test/" + i, 302, "/" + (i + 1));
        }
        follow(origin, OriginRequest.get(URI.create("https://hub.test/0"))).close();
        assertThat(origin.asked).hasSize(6);
        origin.redirect("https://hub.test/5", 302, "/6");
        assertThat(failing(origin, OriginRequest.get(URI.create("https://hub.test/0"))))
                .isEqualTo(OriginFailure.TOO_MANY_REDIRECTS);
    }

    @Test
    void itStopsWhereTheCallerHasEnough() throws Exception {
        Scripted origin = new Scripted().redirect(HUB.toString(), 307, "/c").redirect("https://hub.test/c", 302, "/d");
        try (RedirectFollower.Arrival arrival =
                new RedirectFollower(origin).follow(personal(), POLICY, hops -> hops.size() == 2)) {
            assertThat(arrival.last().status()).isEqualTo(302);
            assertThat(arrival.response()).isSameAs(origin.answerOf("https://hub.test/c"));
            assertThat(origin.answerOf("https://hub.test/c").isClosed()).isFalse();
        }
    }

    @Test
    void aPredicateThatThrowsLeavesNothingOpen() {
        Scripted origin = new Scripted().redirect(HUB.toString(), 307, "/c");
        assertThatThrownBy(() -> new RedirectFollower(origin).follow(personal(), POLICY, hops -> {
                    throw new IllegalStateException("bug");
                }))
                .hasMessage("bug");
        assertThat(origin.answerOf(HUB.toString()).isClosed()).isTrue();
    }

    @Test
    void thePermissionForPrivateAddressesBelongsToTheFirstOrigin() throws Exception {
        Scripted origin = new Scripted()
                .redirect(HUB.toString(), 302, "/c")
                .redirect("https://hub.test/c", 302, "https://cdn.test/")
                .redirect("https://cdn.test/", 302, "https://hub.test/d");
        follow(origin, personal().withPrivateAllowed(true)).close();
        assertThat(origin.asked)
                .extracting(request -> request.privateTargets().all())
                .containsExactly(true, true, false, true);
        origin.asked.clear();
        new RedirectFollower(origin)
                .follow(personal(), new RedirectPolicy(5, PrivateTargets.ALL), hops -> false)
                .close();
        assertThat(origin.asked)
                .extracting(request -> request.privateTargets().all())
                .containsExactly(false, false, true, false);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, 301, GET", "GET, 303, GET", "GET, 307, GET", "HEAD, 301, HEAD", "HEAD, 302, HEAD", "HEAD, 303, HEAD",
        "HEAD, 308, HEAD", "POST, 301, GET", "POST, 302, GET", "POST, 303, GET", "PUT, 303, GET", "DELETE, 303, GET",
        "POST, 307, POST", "POST, 308, POST", "PUT, 301, PUT", "DELETE, 302, DELETE",
    })
    void theMethodChangesAsTheRfcSays(String method, int status, String expected) throws Exception {
        Scripted origin = new Scripted().redirect(HUB.toString(), status, "/c");
        follow(origin, personal().withMethod(method)).close();
        assertThat(origin.asked.getLast().method()).isEqualTo(expected);
    }

    private record Body(OptionalLong length, List<ByteBuffer> pieces) implements RequestBody {
        static Body of(long announced, byte... bytes) {
            OptionalLong length = announced < 0 ? OptionalLong.empty() : OptionalLong.of(announced);
            return new Body(length, new ArrayList<>(List.of(ByteBuffer.wrap(bytes))));
        }

        @Override
        public @Nullable ByteBuffer next() {
            return pieces.isEmpty() ? null : pieces.removeFirst();
        }
    }

    private static OriginRequest post(RequestBody body) {
        return personal()
                .withMethod("POST")
                .withBody(Optional.of(body))
                .withFields(Fields.of("Content-Type", "application/json", "Accept", "*/*"));
    }

    @Test
    void aBodyThatCannotBeReplayedEndsTheChain() {
        Scripted origin = new Scripted().redirect(HUB.toString(), 307, "/c");
        assertThat(failing(origin, post(Body.of(-1, (byte) 1)))).isEqualTo(OriginFailure.BAD_REDIRECT);
        assertThat(origin.asked).hasSize(1);
    }

    @Test
    void aShortBodyIsSentAgain() throws Exception {
        Scripted origin = new Scripted().redirect(HUB.toString(), 307, "/c");
        follow(origin, post(Body.of(2, (byte) 1, (byte) 2))).close();
        assertThat(origin.asked).hasSize(2);
        for (OriginRequest request : origin.asked) {
            assertThat(request.body().orElseThrow().next()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
        }
    }

    @Test
    void aPostThatBecomesAGetLosesItsContent() throws Exception {
        Scripted origin = new Scripted().redirect(HUB.toString(), 303, "/c");
        follow(origin, post(Body.of(-1, (byte) 1))).close();
        assertThat(origin.asked.getLast().body()).isEmpty();
        assertThat(origin.asked.getLast().fields()).isEqualTo(Fields.of("Accept", "*/*"));
    }

    @Test
    void theChainIsLoggedInOneLineOfHostsAndStatus() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(RedirectFollower.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            Scripted origin = new Scripted().redirect(HUB.toString(), 302, "https://cdn.test:8443/p?Signature=s3cret");
            follow(origin, personal()).close();
            follow(origin, OriginRequest.get(URI.create("https://hub.test/plain")))
                    .close();
        } finally {
            logger.detachAppender(lines);
        }
        assertThat(lines.list).hasSize(1);
        assertThat(lines.list.getFirst().getFormattedMessage())
                .matches("redirect chain: https://hub\\.test 302 -> https://cdn\\.test:8443 200 \\(2 hops, \\d+ ms\\)");
    }

    @Test
    void aRealChainKeepsTheHubsOddQueryAndLeavesTheTokenBehind() throws Exception {
        String odd = "/api/resolve-cache/x?%2Facme%2Ftiny=&etag=%22d0%22";
        try (RawOrigin cdn = RawOrigin.answering(RawOrigin.ok("hello"));
                RawOrigin hub = RawOrigin.open(peer -> {
                    for (String head = peer.readHead(); head != null; head = peer.readHead()) {
                        String to = head.startsWith("GET " + odd)
                                ? cdn.uri("/blob?Sig=1").toString()
                                : odd;
                        peer.send("HTTP/1.1 302 Found\r\nLocation: " + to + "\r\nContent-Length: 4\r\n\r\ntext");
                    }
                });
                Rig rig = Rig.open();
                RedirectFollower.Arrival arrival = new RedirectFollower(rig.origin())
                        .follow(
                                personal().withUri(hub.uri("/acme/tiny")).withPrivateAllowed(true),
                                new RedirectPolicy(5, PrivateTargets.ALL),
                                hops -> false)) {
            assertThat(Rig.body(arrival.response())).isEqualTo("hello");
            assertThat(hub.connections()).isEqualTo(1);
            assertThat(hub.heads()).hasSize(2).allMatch(head -> head.contains("authorization: Bearer hf_x"));
            assertThat(cdn.heads().getFirst())
                    .doesNotContainIgnoringCase("hf_x")
                    .doesNotContain("authorization");
        }
    }
}
