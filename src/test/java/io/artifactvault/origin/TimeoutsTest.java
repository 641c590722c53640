package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.http.PrivateTargets;
import io.artifactvault.origin.policy.BackendLimits;
import io.artifactvault.origin.policy.BoundedOrigin;
import io.artifactvault.origin.policy.OriginStack;
import io.artifactvault.origin.redirect.RedirectFollower;
import io.artifactvault.origin.redirect.RedirectPolicy;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Each backend waits as long as its own timeout says, at each hop, whatever the others say. */
class TimeoutsTest {
    private static final Duration SHORT = Duration.ofMillis(150);

    private static OriginRequest request(URI uri, String backend) {
        return OriginRequest.get(uri).withPrivateAllowed(true).on(backend, "", true, List.of());
    }

    private static Origin stack(Rig rig, int connections) {
        return OriginStack.over(
                rig.origin(),
                Rig.PATIENT,
                Map.of(
                        "hasty", new BackendLimits(connections, 0, SHORT),
                        "patient", new BackendLimits(connections, 0, Rig.LONG)),
                InstantSource.system());
    }

    private static OriginFailure failure(Origin origin, OriginRequest request) {
        return catchThrowableOfType(OriginException.class, () -> origin.send(request))
                .failure();
    }

    @Test
    void aHastyBackendDoesNotWaitAsLongAsAPatientOne() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        RawOrigin.Script script = peer -> {
            String head = peer.readHead();
            if (head != null && head.contains("/patient")) {
                asked.countDown();
            }
            answer.await();
            peer.send(RawOrigin.ok("late"));
        };
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = Rig.open()) {
            Origin origin = stack(rig, 0);
            FutureTask<Integer> patient = new FutureTask<>(() -> {
                try (OriginResponse response = origin.send(request(raw.uri("/patient"), "patient"))) {
                    return response.status();
                }
            });
            Thread.ofVirtual().start(patient);
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(failure(origin, request(raw.uri("/hasty"), "hasty"))).isEqualTo(OriginFailure.HEAD_TIMEOUT);
            assertThat(patient.isDone()).isFalse();
            answer.countDown();
            assertThat(patient.get(20, TimeUnit.SECONDS)).isEqualTo(200);
        }
    }

    @Test
    void aRedirectLeadsToNoMorePatience() throws Exception {
        try (RawOrigin silent = RawOrigin.open(RawOrigin.Peer::awaitClose);
                RawOrigin raw = RawOrigin.answering(
                        "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + silent.uri("/") + "\r\n\r\n");
                Rig rig = Rig.open()) {
            RedirectFollower follower = new RedirectFollower(stack(rig, 0));
            RedirectPolicy policy = new RedirectPolicy(5, PrivateTargets.ALL);
            OriginException failure = catchThrowableOfType(
                    OriginException.class, () -> follower.follow(request(raw.uri("/"), "hasty"), policy, _ -> false));
            assertThat(failure.failure()).isEqualTo(OriginFailure.HEAD_TIMEOUT);
            assertThat(failure).hasMessageContaining(":" + silent.port());
        }
    }

    @Test
    void aHastyBackendDoesNotWaitLongForAConnectionEither() throws Exception {
        try (RawOrigin raw = RawOrigin.answering(RawOrigin.ok("hello"));
                Rig rig = Rig.open()) {
            Origin origin = stack(rig, 1);
            try (OriginResponse first = origin.send(request(raw.uri("/"), "hasty"))) {
                assertThat(first.status()).isEqualTo(200);
                assertThat(failure(origin, request(raw.uri("/"), "hasty"))).isEqualTo(OriginFailure.CONNECTIONS_SPENT);
            }
        }
    }

    @Test
    void connectingTakesNoLongerThanTheBackendsTimeout() throws Exception {
        Answers wire = new Answers().status(200);
        Origin origin = new BoundedOrigin(wire, Map.of("hasty", new BackendLimits(0, 0, SHORT)), new HandClock());
        origin.send(request(URI.create("http://hub.test/"), "hasty")).close();
        origin.send(request(URI.create("http://hub.test/"), "")).close();
        assertThat(wire.asked())
                .extracting(OriginRequest::patience)
                .containsExactly(Patience.USUAL.connectingWithin(SHORT).answeringWithin(SHORT), Patience.USUAL);
    }
}
