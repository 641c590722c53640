package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.artifactvault.fixtures.OriginSettingsBuilder;
import io.artifactvault.http.Fields;
import io.artifactvault.http.LoopMark;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.origin.address.HostResolver;
import io.artifactvault.origin.policy.BackendLimits;
import io.artifactvault.origin.policy.MarkingOrigin;
import io.artifactvault.origin.policy.OriginStack;
import io.artifactvault.origin.redirect.RedirectFollower;
import io.artifactvault.origin.redirect.RedirectPolicy;
import io.artifactvault.origin.wire.ClientTls;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every failure that there is a word for can happen, with real sockets, and tells status, subject and sentence. */
class EveryFailureTest {
    private static final Duration SHORT = Duration.ofMillis(150);
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";

    /** Found by the cache, which alone knows what content should be; its own stories produce them. */
    private static final Set<String> OF_THE_CACHE =
            Set.of("UNEXPECTED_ANSWER", "DIGEST_MISMATCH", "UNAVAILABLE", "CONTENT_CHANGED");

    /** Something that ends in a failure. */
    @FunctionalInterface
    private interface Scene {
        void play() throws Exception;
    }

    private static Map<OriginFailure, Scene> scenes() {
        Map<OriginFailure, Scene> scenes = new EnumMap<>(OriginFailure.class);
        scenes.put(
                OriginFailure.DNS_FAILED,
                () -> resolving(host -> {
                    throw new UnknownHostException(host);
                }));
        scenes.put(OriginFailure.ADDRESS_REFUSED, () -> resolving(Rig.resolvingTo("10.0.0.1")));
        scenes.put(OriginFailure.CONNECT_REFUSED, () -> ask("http://127.0.0.1:" + FakeProxy.closedPort()));
        scenes.put(
                OriginFailure.CONNECT_TIMEOUT,
                () -> secure(hasty(SHORT, Rig.LONG, Rig.LONG), RawOrigin.Peer::awaitClose));
        scenes.put(OriginFailure.TLS_FAILED, () -> secure(Rig.PATIENT, peer -> peer.send(RawOrigin.ok("plain"))));
        scenes.put(OriginFailure.RESET_BEFORE_HEAD, () -> plain(Rig.PATIENT, RawOrigin.Peer::readHead));
        scenes.put(
                OriginFailure.HEAD_TIMEOUT, () -> plain(hasty(Rig.LONG, SHORT, Rig.LONG), RawOrigin.Peer::awaitClose));
        scenes.put(OriginFailure.BAD_MESSAGE, () -> plain(Rig.PATIENT, saying("nonsense\r\n\r\n")));
        scenes.put(OriginFailure.BODY_CUT, () -> plain(Rig.PATIENT, saying(HEAD + "half")));
        scenes.put(
                OriginFailure.BODY_STALLED,
                () -> plain(hasty(Rig.LONG, Rig.LONG, SHORT), peer -> {
                    peer.readHead();
                    peer.send(HEAD + "half");
                    peer.awaitClose();
                }));
        scenes.put(OriginFailure.TOO_MANY_REDIRECTS, () -> redirecting("/%d"));
        scenes.put(OriginFailure.REDIRECT_LOOP, () -> redirecting("/"));
        scenes.put(OriginFailure.LOOP_DETECTED, EveryFailureTest::backAtAVault);
        scenes.put(OriginFailure.BAD_REDIRECT, () -> redirecting("ftp://x/"));
        scenes.put(OriginFailure.REQUEST_CUT, EveryFailureTest::bodyOfAnotherLength);
        scenes.put(OriginFailure.CIRCUIT_OPEN, EveryFailureTest::askingAgainAndAgain);
        scenes.put(OriginFailure.RATE_LIMITED, () -> twice(true, "429 No\r\nRetry-After: 60"));
        scenes.put(
                OriginFailure.RATE_SHORT,
                () -> twice(false, "200 OK\r\nRateLimit: \"api\";r=1;t=60\r\nRateLimit-Policy: \"api\";q=100;w=60"));
        scenes.put(
                OriginFailure.PROXY_UNREACHABLE, () -> by(OutboundProxy.parse("127.0.0.1:" + FakeProxy.closedPort())));
        scenes.put(OriginFailure.PROXY_TLS_FAILED, EveryFailureTest::plainProxyByTls);
        scenes.put(OriginFailure.PROXY_DENIED, () -> proxied("403 Forbidden"));
        scenes.put(OriginFailure.PROXY_LOGIN, () -> proxied("407 Proxy Authentication Required"));
        scenes.put(OriginFailure.PROXY_FAILED, () -> proxied("503 Service Unavailable"));
        scenes.put(OriginFailure.CONNECTIONS_SPENT, EveryFailureTest::oneConnectionForTwo);
        scenes.put(
                OriginFailure.OFFLINE,
                () -> new OfflineOrigin().send(get("http://hub.test")).close());
        scenes.put(OriginFailure.ABANDONED, EveryFailureTest::abandonedBefore);
        scenes.put(OriginFailure.INTERRUPTED, EveryFailureTest::closedBefore);
        return scenes;
    }

    @Test
    void everyFailureHasAScene() {
        Set<OriginFailure> shown = scenes().keySet();
        assertThat(OriginFailure.values())
                .allMatch(failure -> shown.contains(failure) || OF_THE_CACHE.contains(failure.name()));
    }

    @TestFactory
    Stream<DynamicTest> everyFailureOccurs() {
        return scenes().entrySet().stream()
                .map(scene -> dynamicTest(scene.getKey().name(), () -> happens(scene.getKey(), scene.getValue())));
    }

    private static void happens(OriginFailure expected, Scene scene) {
        OriginException failure = catchThrowableOfType(OriginException.class, scene::play);
        assertThat(failure.failure()).isEqualTo(expected);
        assertThat(failure).hasMessageContaining(": " + expected.sentence()).hasMessageNotContaining("secret");
        assertThat(expected.clientStatus()).isIn(429, 502, 503, 504, 508);
    }

    private static RawOrigin.Script saying(String answer) {
        return peer -> {
            peer.readHead();
            peer.send(answer);
        };
    }

    private static OriginSettings hasty(Duration connect, Duration head, Duration idle) {
        return Rig.settings(connect, head, idle);
    }

    private static OriginRequest get(String base) {
        return OriginRequest.get(URI.create(base + "/?secret=1")).withPrivateAllowed(true);
    }

    private static void ask(String base) throws OriginException {
        try (Rig rig = Rig.open()) {
            ask(rig, base);
        }
    }

    private static void ask(Rig rig, String base) throws OriginException {
        try (OriginResponse response = rig.origin().send(get(base))) {
            assertThat(Rig.body(response)).isNull();
        }
    }

    private static void plainProxyByTls() throws Exception {
        try (RawOrigin raw = RawOrigin.open(peer -> peer.send(RawOrigin.ok("plain")))) {
            by(OutboundProxy.parse("https://me:secret@127.0.0.1:" + raw.port()));
        }
    }

    private static void resolving(HostResolver resolver) throws OriginException {
        try (Rig rig = Rig.open(Rig.PATIENT, resolver, ClientTls.context(null))) {
            rig.origin()
                    .send(OriginRequest.get(URI.create("http://hub.test/?secret=1")))
                    .close();
        }
    }

    private static void plain(OriginSettings settings, RawOrigin.Script script) throws Exception {
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = Rig.open(settings)) {
            ask(rig, "http://127.0.0.1:" + raw.port());
        }
    }

    private static void secure(OriginSettings settings, RawOrigin.Script script) throws Exception {
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = Rig.open(settings)) {
            ask(rig, "https://127.0.0.1:" + raw.port());
        }
    }

    private static void redirecting(String location) throws Exception {
        RawOrigin.Script script = peer -> {
            for (int i = 0; peer.readHead() != null; i++) {
                String head = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location.formatted(i);
                peer.send(head + "\r\n\r\n");
            }
        };
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = Rig.open()) {
            OriginRequest request = OriginRequest.get(raw.uri("/")).withPrivateAllowed(true);
            new RedirectFollower(rig.origin())
                    .follow(request, new RedirectPolicy(5, PrivateTargets.ALL), _ -> false)
                    .close();
        }
    }

    private static void bodyOfAnotherLength() throws Exception {
        try (RawOrigin raw = RawOrigin.open(RawOrigin.Peer::awaitClose);
                Rig rig = Rig.open()) {
            ShortBody lying = new ShortBody("four", 5);
            OriginRequest request = get("http://127.0.0.1:" + raw.port());
            rig.origin()
                    .send(request.withMethod("PUT").withBody(Optional.of(lying)))
                    .close();
        }
    }

    private static Origin careful(Rig rig, BreakerSettings breaker, BackendLimits limits) {
        OriginSettings settings = OriginSettingsBuilder.patient()
                .timeouts(SHORT)
                .maxIdlePerOrigin(1)
                .keepAlive(SHORT)
                .retry(new RetrySettings(1, Duration.ZERO, 0))
                .breaker(breaker)
                .build();
        return OriginStack.over(rig.origin(), settings, Map.of("hub", limits), InstantSource.system());
    }

    private static void askingAgainAndAgain() throws Exception {
        try (Rig rig = Rig.open()) {
            Origin origin = careful(rig, new BreakerSettings(2, Rig.LONG), new BackendLimits(0, 0, SHORT));
            OriginRequest request = get("http://127.0.0.1:" + FakeProxy.closedPort());
            for (int i = 0; i < 2; i++) {
                OriginException refused = catchThrowableOfType(OriginException.class, () -> origin.send(request));
                assertThat(refused.failure()).isEqualTo(OriginFailure.CONNECT_REFUSED);
            }
            origin.send(request).close();
        }
    }

    private static void twice(boolean urgent, String head) throws Exception {
        try (RawOrigin raw = RawOrigin.answering("HTTP/1.1 " + head + "\r\nContent-Length: 0\r\n\r\n");
                Rig rig = Rig.open()) {
            Origin origin = careful(rig, BreakerSettings.defaults(), new BackendLimits(0, 0, SHORT));
            OriginRequest request = get("http://127.0.0.1:" + raw.port());
            origin.send(request).close();
            origin.send(urgent ? request : request.whenConvenient()).close();
        }
    }

    private static void by(OutboundProxy proxy) throws OriginException {
        try (Rig rig = Rig.open(FakeProxy.through(proxy, NoProxy.NOTHING))) {
            ask(rig, "https://127.0.0.1:1");
        }
    }

    private static void proxied(String answer) throws Exception {
        try (FakeProxy proxy = FakeProxy.answering("HTTP/1.1 " + answer + "\r\nContent-Length: 0\r\n\r\n")) {
            by(OutboundProxy.parse("127.0.0.1:" + proxy.port()));
        }
    }

    private static void oneConnectionForTwo() throws Exception {
        try (RawOrigin raw = RawOrigin.answering(RawOrigin.ok("hello"));
                Rig rig = Rig.open()) {
            Origin origin = careful(rig, BreakerSettings.defaults(), new BackendLimits(1, 0, SHORT));
            OriginRequest request = get("http://127.0.0.1:" + raw.port()).on("hub", "", true, List.of());
            try (OriginResponse first = origin.send(request)) {
                assertThat(first.fields()).isNotEqualTo(Fields.EMPTY);
                origin.send(request).close();
            }
        }
    }

    private static void backAtAVault() throws Exception {
        try (RawOrigin raw = RawOrigin.answering(
                        "HTTP/1.1 508 Loop Detected\r\nX-Error-Code: LoopDetected\r\nContent-Length: 0\r\n\r\n");
                Rig rig = Rig.open()) {
            Origin origin = new MarkingOrigin(rig.origin(), new LoopMark("artifact-vault-0123456789abcdef"));
            origin.send(get("http://127.0.0.1:" + raw.port())).close();
        }
    }

    private static void abandonedBefore() throws Exception {
        Cancellation cancellation = new Cancellation();
        cancellation.abandon();
        try (Rig rig = Rig.open()) {
            ScopedValue.where(RequestContext.CURRENT, new RequestContext("127.0.0.2", cancellation))
                    .call(() -> {
                        rig.get(URI.create("http://127.0.0.1:9/")).close();
                        return true;
                    });
        }
    }

    private static void closedBefore() throws Exception {
        try (RawOrigin raw = RawOrigin.answering(RawOrigin.ok("hello"));
                Rig rig = Rig.open()) {
            rig.origin().close();
            ask(rig, "http://127.0.0.1:" + raw.port());
        }
    }
}
