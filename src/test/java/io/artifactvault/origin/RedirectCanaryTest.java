package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.origin.address.HostResolver;
import io.artifactvault.origin.address.SharedResolver;
import io.artifactvault.origin.redirect.RedirectFollower;
import io.artifactvault.origin.redirect.RedirectPolicy;
import io.artifactvault.origin.wire.ClientTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import org.junit.jupiter.api.Test;

/**
 * Real redirects, real sockets: a hub on one loopback address sends us elsewhere, and a canary on another sees whether
 * anybody comes, and with what.
 */
class RedirectCanaryTest {
    private static final String SECRET = "hf_marker";
    private static final String HUB = "127.0.0.1";
    private static final String CANARY = "127.0.0.2";

    /** Ways to write the canary's address, or an address of loopback at which it would listen. */
    private static List<String> spellings() {
        return List.of(
                "127.0.0.2",
                "127.0.0.2.",
                "127.2",
                "127.0.2",
                "2130706434",
                "0x7f000002",
                "0x7F000002",
                "0x7f.2",
                "0x7f.0.2",
                "0x7f.0x0.0x0.0x2",
                "0x7f.0.0.2",
                "0177.0.0.2",
                "0177.2",
                "0177.0.0.02",
                "017700000002",
                "00000177.0.0.2",
                "127.000.000.002",
                "127.0.0.0x2",
                "127.0x0.0.2",
                "0x00007f.0.0.2",
                "4294967298",
                "383.0.0.2",
                "127.0.0.258",
                "127.0.0.2%00",
                "127%2e0%2e0%2e2",
                "%31%32%37.0.0.2",
                "%3127.0.0.2",
                "127.0.0.2%20",
                "\u2460\u2461\u2466.0.0.2",
                "\uff11\uff12\uff17.0.0.2",
                "127\u30020\u30020\u30022",
                "127\uff0e0\uff0e0\uff0e2",
                "127\uff610\uff610\uff612",
                "[::127.0.0.2]",
                "[::7f00:2]",
                "[::ffff:127.0.0.2]",
                "[::ffff:7f00:2]",
                "[::FFFF:7F00:2]",
                "[0:0:0:0:0:ffff:7f00:2]",
                "[0000:0000:0000:0000:0000:ffff:7f00:0002]",
                "[::ffff:0:127.0.0.2]",
                "[64:ff9b::127.0.0.2]",
                "[64:ff9b::7f00:2]",
                "[64:ff9b:1::7f00:2]",
                "[2002:7f00:2::]",
                "[2002:7f00:0002::1]",
                "[2001:0:7f00:2::1]",
                "[2001::80ff:fffd]",
                "[fe80::5efe:127.0.0.2]",
                "[2a00:1450::5efe:7f00:2]",
                "[::1]",
                "[::]",
                "[0:0:0:0:0:0:0:1]",
                "[::1%25lo]",
                "[::1%lo]",
                "[::ffff:127.0.0.2%25lo]",
                "[fe80::1%25eth0]",
                "0",
                "0.0.0.0",
                "0x0",
                "00",
                "localhost",
                "LOCALHOST",
                "localhost.",
                "a.localhost",
                "canary.test",
                "CANARY.test",
                "canary.test.",
                "xn--canary-.test",
                "rebound.test",
                "both.test",
                "user@127.0.0.2",
                "user:pw@127.0.0.2",
                "8.8.8.8@127.0.0.2",
                "127.0.0.2\\@8.8.8.8",
                "8.8.8.8\\@127.0.0.2",
                "127.0.0.2#@8.8.8.8",
                "127.0.0.2?@8.8.8.8",
                "8.8.8.8%40127.0.0.2",
                "127.0.0.2 .8.8.8.8",
                "127.0.0.2\t");
    }

    /** Names that lead to the canary, one of them only from its second resolution on; everything else as the machine has it. */
    private static HostResolver names() {
        AtomicInteger asked = new AtomicInteger();
        HostResolver system = SharedResolver.system();
        return host -> switch (host.toLowerCase(Locale.ROOT)) {
            case "hub.test" -> Rig.resolvingTo(HUB).resolve(host);
            case "canary.test", "canary.test.", "xn--canary-.test", "a.localhost", "hub-test.test" ->
                Rig.resolvingTo(CANARY).resolve(host);
            case "both.test" ->
                Rig.resolvingTo(CANARY, "::ffff:" + CANARY, "fd00::1").resolve(host);
            case "rebound.test" ->
                Rig.resolvingTo(asked.getAndIncrement() == 0 ? "192.0.2.1" : CANARY)
                        .resolve(host);
            default -> host.matches("[0-9a-z.:\\[\\]-]*") ? system.resolve(host) : List.of();
        };
    }

    private static RawOrigin redirecting(List<String> locations) throws IOException {
        AtomicInteger next = new AtomicInteger();
        return RawOrigin.open(HUB, ServerSocketFactory.getDefault(), peer -> {
            while (peer.readHead() != null) {
                byte[] location = locations.get(next.getAndIncrement()).getBytes(StandardCharsets.UTF_8);
                peer.send("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: ");
                peer.send(location);
                peer.send("\r\n\r\n");
            }
        });
    }

    private static RawOrigin canary() throws IOException {
        return RawOrigin.open(CANARY, ServerSocketFactory.getDefault(), peer -> {
            while (peer.readHead() != null) {
                peer.send(RawOrigin.ok("leaked"));
            }
        });
    }

    private static OriginRequest personal(RawOrigin hub) {
        return OriginRequest.get(URI.create("http://hub.test:" + hub.port() + "/a?token=" + SECRET))
                .withPrivateAllowed(true)
                .withCredential(Optional.of(Credential.bearer(SECRET)))
                .withFields(Fields.of("Cookie", SECRET, "X-HF-Bill-To", SECRET, "Proxy-Authorization", SECRET));
    }

    private static Rig rig() {
        OriginSettings hasty = Rig.settings(Duration.ofMillis(500), Rig.LONG, Rig.LONG);
        return Rig.open(hasty, names(), ClientTls.context(null));
    }

    @Test
    void noSpellingOfAPrivateAddressReachesTheCanary() throws Exception {
        assertThat(spellings()).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(60);
        try (RawOrigin canary = canary();
                Rig rig = rig()) {
            List<String> locations = spellings().stream()
                    .map(host -> "http://" + host + ":" + canary.port() + "/")
                    .toList();
            try (RawOrigin hub = redirecting(locations)) {
                for (String location : locations) {
                    Throwable refusal = catchThrowable(() -> new RedirectFollower(rig.origin())
                            .follow(personal(hub), new RedirectPolicy(5, PrivateTargets.NONE), _ -> false));
                    assertThat(refusal).as(location).isInstanceOf(OriginException.class);
                }
                assertThat(hub.heads()).hasSize(locations.size());
            }
            assertThat(canary.connections()).isZero();
        }
    }

    /** The name that was public when it was looked at first leads to the canary when a connection is made again. */
    @Test
    void aNameThatChangesItsMindIsCheckedAtEachConnection() throws Exception {
        try (RawOrigin canary = canary();
                Rig rig = rig()) {
            OriginRequest request = OriginRequest.get(URI.create("http://rebound.test:" + canary.port() + "/"));
            List<OriginFailure> failures = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                OriginException failure = catchThrowableOfType(
                        OriginException.class, () -> rig.origin().send(request));
                failures.add(failure.failure());
            }
            assertThat(failures).containsOnly(OriginFailure.ADDRESS_REFUSED);
            assertThat(canary.connections()).isZero();
        }
    }

    /** With private redirects allowed, so that the canary is really reached. */
    @Test
    void noCredentialReachesTheCanaryInAHundredVariants() throws Exception {
        try (RawOrigin canary = canary();
                Rig rig = rig()) {
            List<String> locations = elsewhere(canary.port());
            assertThat(locations).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(100);
            try (RawOrigin hub = redirecting(locations)) {
                for (String location : locations) {
                    Throwable end = catchThrowable(() -> {
                        try (RedirectFollower.Arrival arrival = new RedirectFollower(rig.origin())
                                .follow(personal(hub), new RedirectPolicy(5, PrivateTargets.ALL), _ -> false)) {
                            assertThat(arrival.last().status()).as(location).isEqualTo(200);
                        }
                    });
                    assertThat(end == null || end instanceof OriginException)
                            .as(location)
                            .isTrue();
                }
                assertThat(hub.heads()).hasSize(locations.size()).allMatch(head -> head.contains(SECRET));
            }
            assertThat(canary.heads()).hasSizeGreaterThanOrEqualTo(90).noneMatch(head -> head.contains(SECRET));
        }
    }

    private static List<String> elsewhere(int port) {
        List<String> hosts =
                List.of(CANARY, "canary.test", "CANARY.TEST", "canary.test.", "both.test", "hub-test.test");
        List<String> rests = List.of(
                "/",
                "",
                "/a?token=x",
                "?x=1",
                "/@hub.test/",
                "//hub.test/",
                "/%2e%2e/",
                "/hub.test/a",
                "/#hub.test",
                "/;hub.test",
                "/a/../b",
                "/?u=http://hub.test/",
                "/%40hub.test",
                "/a%20b",
                "/?a=b&c=d",
                "/.hub.test",
                "/http://hub.test/",
                "/x:80",
                "/\u00e9");
        List<String> all = new ArrayList<>();
        for (String host : hosts) {
            rests.forEach(rest -> all.add("http://" + host + ":" + port + rest));
        }
        all.add("//canary.test:" + port + "/");
        all.add("HTTP://canary.test:" + port + "/");
        all.add("hTTp://127.0.0.2:" + port + "/y");
        all.add("https://canary.test:" + port + "/");
        all.add("https://hub.test:" + port + "/");
        all.add("https://127.0.0.1:" + port + "/");
        all.add("http://hub.test@canary.test:" + port + "/");
        all.add("http://user:pw@canary.test:" + port + "/");
        return all;
    }

    @Test
    void theCanaryRecordsPermittedRequests() throws Exception {
        try (RawOrigin canary = canary();
                Rig rig = rig();
                RawOrigin hub = redirecting(List.of("http://canary.test:" + canary.port() + "/"))) {
            new RedirectFollower(rig.origin())
                    .follow(personal(hub), new RedirectPolicy(5, PrivateTargets.ALL), _ -> false)
                    .close();
            assertThat(canary.connections()).isEqualTo(1);
            assertThat(InetAddress.getByName(CANARY).isLoopbackAddress()).isTrue();
        }
    }
}
