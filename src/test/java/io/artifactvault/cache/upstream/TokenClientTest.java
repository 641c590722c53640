package io.artifactvault.cache.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.TokenRequest;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.request.TokenSettings;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.origin.Cancellation;
import io.artifactvault.origin.EmptyResponse;
import io.artifactvault.origin.Hedges;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.RequestContext;
import io.artifactvault.origin.redirect.RedirectFollower;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class TokenClientTest {
    private static final String TOKEN = "{\"token\":\"issued\"}";

    private final Registry registry = new Registry();
    private TokenClient tokens = client(TokenSettings.defaults());

    private TokenClient client(TokenSettings settings) {
        return new TokenClient(new RedirectFollower(registry), settings, Clock.systemUTC());
    }

    private static TokenSettings limited(Duration timeout, int maxResponse) {
        TokenSettings usual = TokenSettings.defaults();
        return new TokenSettings(
                usual.maxTokens(), usual.ttl(), usual.maxTtl(), usual.margin(), timeout, maxResponse, usual.maxSize());
    }

    private int status(Page page) throws OriginException {
        Upstreams upstreams = new Upstreams(new RedirectFollower(registry), tokens, Hedges.NONE);
        OriginRequest request =
                Upstreams.request(page, "GET", Fields.EMPTY, page.upstream().credential());
        try (RedirectFollower.Arrival arrival = upstreams.follow(request, page, _ -> false)) {
            return arrival.last().status();
        }
    }

    private Future<Integer> start(Page page, Cancellation cancellation) {
        Callable<Integer> question =
                () -> ScopedValue.where(RequestContext.CURRENT, new RequestContext("-", cancellation))
                        .call(() -> status(page));
        FutureTask<Integer> task = new FutureTask<>(question);
        Thread.ofVirtual().start(task);
        return task;
    }

    @Test
    void fiftyRequestsThatMeetTheSameChallengeAtOnceShareOneToken() throws Exception {
        CountDownLatch refused = new CountDownLatch(50);
        registry.onRefusal = refused::countDown;
        registry.onToken = () -> {
            refused.await();
            return TOKEN;
        };

        List<Future<Integer>> all = IntStream.range(0, 50)
                .mapToObj(i -> start(new Page("page " + i), new Cancellation()))
                .toList();

        for (Future<Integer> one : all) {
            assertThat(one.get()).isEqualTo(200);
        }
        assertThat(registry.tokenRequests).hasSize(1);
    }

    @Test
    void twoCallersNeverShareAToken() throws Exception {
        status(new Page("page", "alice"));
        status(new Page("page", "bob"));

        assertThat(registry.tokenRequests)
                .extracting(request -> request.credential().orElseThrow().reveal())
                .containsExactly("Bearer alice", "Bearer bob");
    }

    @Test
    void aFailureOfTheTokenServiceConcernsAllThatWaitForIt() throws Exception {
        CountDownLatch refused = new CountDownLatch(10);
        registry.onRefusal = refused::countDown;
        registry.onToken = () -> {
            refused.await();
            throw new OriginException(OriginFailure.CONNECT_REFUSED, "registry.example");
        };

        List<Future<Integer>> all = IntStream.range(0, 10)
                .mapToObj(i -> start(new Page("page " + i), new Cancellation()))
                .toList();

        for (Future<Integer> one : all) {
            assertThatThrownBy(one::get).hasCauseInstanceOf(OriginException.class);
        }
    }

    @Test
    void aRequestWhoseClientLeavesTakesTheTokenFromNoOther() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        Cancellation leaving = new Cancellation();
        AtomicInteger count = new AtomicInteger();
        registry.onToken = () -> {
            if (count.incrementAndGet() == 1) {
                first.countDown();
                left.await();
                leaving.check("registry.example");
            }
            return TOKEN;
        };

        Future<Integer> one = start(new Page("page 1"), leaving);
        first.await();
        CountDownLatch refused = new CountDownLatch(1);
        registry.onRefusal = refused::countDown;
        Future<Integer> other = start(new Page("page 2"), new Cancellation());
        refused.await();
        leaving.abandon();
        left.countDown();

        assertThatThrownBy(one::get).isInstanceOf(ExecutionException.class);
        assertThat(other.get()).isEqualTo(200);
        assertThat(registry.tokenRequests).hasSize(2);
    }

    @Test
    void aRequestWhoseClientLeavesStopsWaitingForTheTokenOfAnother() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch open = new CountDownLatch(1);
        registry.onToken = () -> {
            asked.countDown();
            open.await();
            return TOKEN;
        };
        Future<Integer> one = start(new Page("page 1"), new Cancellation());
        asked.await();
        Cancellation leaving = new Cancellation();
        Future<Integer> other = start(new Page("page 2"), leaving);

        leaving.abandon();

        assertThatThrownBy(other::get).hasCauseInstanceOf(OriginException.class);
        open.countDown();
        assertThat(one.get()).isEqualTo(200);
    }

    @Test
    void noKeyIsComputedForAnOriginThatNeverDemandedAToken() throws Exception {
        Page open = new Page("open", "alice");
        registry.isOpen = true;

        assertThat(status(open)).isEqualTo(200);
        assertThat(open.scopesRead).hasValue(0);

        registry.isOpen = false;
        assertThat(status(open)).isEqualTo(200);
        assertThat(open.scopesRead).hasPositiveValue();
    }

    @Test
    void aResponseThatIsTooLongIsNoToken() {
        tokens = client(limited(Duration.ofSeconds(30), 100));
        registry.onToken = () -> TOKEN.replace("}", ",\"more\":\"" + "x".repeat(100) + "\"}");

        assertThatThrownBy(() -> status(new Page("page"))).hasMessageContaining("no usable token");
        assertThat(tokens.reached(TokenLimit.RESPONSE)).isEqualTo(1);
    }

    @Test
    void aTokenServiceThatIsTooSlowIsCounted() {
        registry.onToken = () -> {
            throw new OriginException(OriginFailure.HEAD_TIMEOUT, "registry.example");
        };

        assertThatThrownBy(() -> status(new Page("page"))).isInstanceOf(OriginException.class);
        assertThat(tokens.reached(TokenLimit.TIME)).isEqualTo(1);
    }

    @Test
    void theTokenServiceHasALimitedTimeForItsHeadAndItsBody() throws Exception {
        tokens = client(limited(Duration.ofSeconds(7), 1_000));

        status(new Page("page"));

        assertThat(registry.tokenRequests.element().patience().head()).contains(Duration.ofSeconds(7));
        assertThat(registry.silence).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void aBodyThatDripsBeyondTheTimeLimitIsNoToken() {
        tokens = client(limited(Duration.ofNanos(1), 1_000));

        assertThatThrownBy(() -> status(new Page("page"))).hasMessageContaining("no usable token");
        assertThat(tokens.reached(TokenLimit.TIME)).isEqualTo(1);
    }

    @Test
    void anAddressFromAResponseNamesNoRegistry() throws Exception {
        assertThat(status(new Page("page", "alice", "https://registry.example/token", true)))
                .isEqualTo(401);
        assertThat(registry.tokenRequests).isEmpty();
    }

    @Test
    void aRefusedTokenServiceIsCounted() throws Exception {
        assertThat(status(new Page("page", "alice", "https://auth.registry.example/token", false)))
                .isEqualTo(401);
        assertThat(registry.tokenRequests).isEmpty();
        assertThat(tokens.reached(TokenLimit.HOSTS)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://auth.example/token | names the token service https://auth.example, which may not receive"
                        + " callers' credentials. If it may, add \"auth.example\" to token_hosts of the backend; this"
                        + " entry permits port 443 only.",
                "https://auth.example:8443/token | names the token service https://auth.example:8443, which may not"
                        + " receive callers' credentials. If it may, add \"auth.example:8443\" to token_hosts of the"
                        + " backend; this entry permits port 8443 only.",
                "https://[2001:db8::7]:8443/token | names the token service https://[2001:db8::7]:8443, which may not"
                        + " receive callers' credentials. If it may, add \"[2001:db8::7]:8443\" to token_hosts of the"
                        + " backend; this entry permits port 8443 only.",
                "http://auth.example/token | names the token service http://auth.example, which cannot receive"
                        + " callers' credentials because it would get them in plain text. Have the registry name an"
                        + " https address.",
                "https://registry.example/../token | names a token service at https://registry.example whose path or"
                        + " query is not canonical or too long. Have the registry name another address.",
                "ftp://auth.example/token | names a token service that is not an http or https URL. Have the registry"
                        + " name another address.",
            })
    void theWarningAboutARefusedTokenServiceGivesTheRemedy(String realm, String warning) throws Exception {
        ListAppender<ILoggingEvent> heard = new ListAppender<>();
        Logger log = (Logger) LoggerFactory.getLogger(TokenClient.class);
        heard.start();
        log.addAppender(heard);
        try {
            status(new Page("page", "alice", realm, false));
            status(new Page("another page", "alice", realm, false));
        } finally {
            log.detachAppender(heard);
        }

        assertThat(heard.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("https://registry.example " + warning);
    }

    /** A script for the token service; returns its JSON. */
    private interface Script {
        String run() throws OriginException, InterruptedException;
    }

    private static final class Registry implements Origin {
        final Queue<OriginRequest> tokenRequests = new ConcurrentLinkedQueue<>();
        volatile Script onToken = () -> TOKEN;
        volatile Runnable onRefusal = () -> {};
        volatile boolean isOpen;
        volatile Duration silence = Duration.ZERO;

        @Override
        public OriginResponse send(OriginRequest request) throws OriginException {
            if (request.uri().getPath().equals("/token")) {
                tokenRequests.add(request);
                try {
                    return new Json(onToken.run());
                } catch (InterruptedException e) {
                    throw new OriginException(OriginFailure.INTERRUPTED, "registry.example", e);
                }
            }
            if (isOpen || request.credential().equals(Optional.of(Credential.bearer("issued")))) {
                return new EmptyResponse(200, Fields.EMPTY);
            }
            onRefusal.run();
            return new EmptyResponse(401, Fields.EMPTY);
        }

        @Override
        public void close() {}

        private final class Json implements OriginResponse {
            private final ByteBuffer body;

            Json(String text) {
                this.body = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            }

            @Override
            public int status() {
                return 200;
            }

            @Override
            public Fields fields() {
                return Fields.EMPTY;
            }

            @Override
            public OptionalLong contentLength() {
                return OptionalLong.of(body.limit());
            }

            @Override
            public void allowSilence(Duration most) {
                silence = most;
            }

            @Override
            public <E extends Exception> boolean next(Sink<E> sink) throws E {
                if (!body.hasRemaining()) {
                    return false;
                }
                sink.accept(body);
                return true;
            }

            @Override
            public void close() {}
        }
    }

    /** A page of one scope, whose registry demands a token. */
    private static final class Page implements Resource {
        final AtomicInteger scopesRead = new AtomicInteger();
        private final String name;
        private final String caller;
        private final String realm;
        private final boolean fromAnswer;

        Page(String name) {
            this(name, "alice");
        }

        Page(String name, String caller) {
            this(name, caller, "https://registry.example/token", false);
        }

        Page(String name, String caller, String realm, boolean fromAnswer) {
            this.name = name;
            this.caller = caller;
            this.realm = realm;
            this.fromAnswer = fromAnswer;
        }

        @Override
        public String title() {
            return name;
        }

        @Override
        public String key() {
            return name;
        }

        @Override
        public String tokenScope() {
            scopesRead.incrementAndGet();
            return "pages";
        }

        @Override
        public Lifetime lifetime() {
            return Lifetime.FOREVER;
        }

        @Override
        public Upstream upstream() {
            return new Upstream(
                    URI.create("https://registry.example/page"),
                    Fields.EMPTY,
                    Optional.of(Credential.bearer(caller)),
                    0,
                    PrivateTargets.NONE,
                    new Upstream.Limits("", "", true, List.of()),
                    fromAnswer);
        }

        @Override
        public Optional<TokenRequest> wantedToken(List<UpstreamAnswer> chain) {
            Fields challenge = Fields.of("WWW-Authenticate", "Bearer realm=\"" + realm + "\",scope=\"pages\"");
            return TokenRequest.of(
                    new UpstreamAnswer(upstream().uri(), chain.getLast().status(), challenge), Set.of());
        }

        @Override
        public Verdict judge(List<UpstreamAnswer> chain) {
            return new Verdict.Follow();
        }
    }
}
