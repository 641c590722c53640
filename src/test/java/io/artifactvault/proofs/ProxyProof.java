package io.artifactvault.proofs;

import static io.artifactvault.proofs.Waiting.seconds;

import io.artifactvault.proofs.Downloads.End;
import io.artifactvault.proofs.attack.Answer;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.OriginReply;
import io.artifactvault.testhub.ScriptedOrigin;
import io.artifactvault.testhub.TestHub;
import io.artifactvault.testhub.TestTls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * Real proxies of each kind, as Debian has them, in front of a real TLS origin with an authority of its own: all comes by way of
 * them, each fault is told apart, and stored content outlives them.
 */
final class ProxyProof implements Proof {
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final String PATH = "/acme/tiny/resolve/" + COMMIT + "/weights.bin";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration TIMEOUT = Duration.ofSeconds(8);
    private static final Duration BACK = Duration.ofSeconds(2);
    private static final Duration BACK_MOST = Duration.ofSeconds(25);
    private static final Duration BETWEEN = Duration.ofMillis(100);

    @Override
    public void run(Trial trial) throws Exception {
        for (ProxyProgram program : ProxyProgram.values()) {
            if (!trial.runs(program.label())) {
                continue;
            }
            if (program.isInstalled()) {
                run(trial, program);
            } else {
                trial.notRun(program.label() + " is not installed; proofs/run installs it where it is root on Debian");
            }
        }
    }

    private static void run(Trial trial, ProxyProgram program) throws Exception {
        Path folder = trial.folder(program.name());
        SSLContext keys = TestTls.context(folder);
        ProxyProgram.Identity identity = new ProxyProgram.Identity(TestTls.certificate(folder), TestTls.key(folder));
        Content content =
                Content.generated(trial.amount(20_000_000), trial.random().nextLong());
        try (ScriptedOrigin origin =
                        ScriptedOrigin.openTls("127.0.0.1", 0, keys, (_, reply) -> answer(reply, content));
                ProxyProgram.Running proxy = program.start(identity)) {
            new Scenes(trial, program, folder, origin, content, identity, proxy).run();
        }
    }

    /** What is tried with one proxy. */
    private record Scenes(
            Trial trial,
            ProxyProgram program,
            Path folder,
            ScriptedOrigin origin,
            Content content,
            ProxyProgram.Identity identity,
            ProxyProgram.Running proxy) {
        void run() throws Exception {
            secure();
            plain();
            faults();
            if (program.canDeny()) {
                denied();
            }
            away("not there", proxy::end, proxy::startAgain);
            away("hanging", proxy::hang, proxy::goOn);
        }

        private String trusting(String url) {
            return "ca_bundle: " + identity.certificate() + ", proxy: \"" + url + '"';
        }

        private VaultProcess vault(String name, String base, String settings) throws Exception {
            return VaultProcess.startWith(Folders.empty(folder.resolve(name)), base, "", settings);
        }

        private void secure() throws Exception {
            Seen seen = ask("secure", origin.base(), PATH, trusting(proxy.url()), content);
            long noted = proxy.noted(origin.port());
            trial.check(
                    seen.isWhole() && noted > 0,
                    "%s: TLS origin with an authority of its own: %s, the proxy noted %d connections to it",
                    program.label(),
                    seen,
                    noted);
        }

        private void plain() throws Exception {
            Content small = Content.generated(1_000_000, 7);
            try (TestHub hub = TestHub.empty()) {
                HubRepository repository = hub.repo("models", "acme/plain").lfs("weights.bin", small);
                String path = TestHub.resolve(repository, repository.push(), "weights.bin");
                Seen seen = ask("plain", hub.base(), path, trusting(proxy.url()), small);
                trial.check(
                        seen.isWhole() && isByProxy(hub),
                        "%s: plain hub and CDN: %s, %s",
                        program.label(),
                        seen,
                        way(hub));
            }
        }

        /** HTTP proxies add Via; what SOCKS connects is in its log. */
        private boolean isByProxy(TestHub hub) throws IOException {
            return program.isSocks()
                    ? proxy.noted(hub.hub().port()) > 0 && proxy.noted(hub.cdn().port()) > 0
                    : withProxysVia(hub) == hub.requests().size() && withProxysVia(hub) > 0;
        }

        private static long withProxysVia(TestHub hub) {
            return hub.requests(request -> request.field("Via")
                            .filter(via -> via.contains("tinyproxy") || via.contains("squid"))
                            .isPresent())
                    .size();
        }

        private String way(TestHub hub) throws IOException {
            return program.isSocks()
                    ? "the proxy noted %d connections to the hub and %d to the CDN"
                            .formatted(
                                    proxy.noted(hub.hub().port()),
                                    proxy.noted(hub.cdn().port()))
                    : "%d of %d requests with its Via"
                            .formatted(withProxysVia(hub), hub.requests().size());
        }

        private void faults() throws Exception {
            if (program.wantsLogin()) {
                String words = "rejected the user name or password";
                expect("a wrong password", words, origin.base(), trusting(proxy.url("me:wrong@")));
                expect("no login", words, origin.base(), trusting(proxy.url("")));
            }
            String handshake =
                    program.isByTls() ? "the TLS handshake with the outbound proxy failed" : "the TLS handshake failed";
            expect("unknown authority", handshake, origin.base(), "proxy: \"" + proxy.url() + '"');
            expect("no origin", "the outbound proxy", "https://127.0.0.1:1", trusting(proxy.url()));
        }

        private void denied() throws Exception {
            try (ProxyProgram.Running denying = program.startDenying(identity)) {
                expect("denied", "the outbound proxy refused", origin.base(), trusting(denying.url()));
            }
        }

        private void expect(String what, String words, String base, String settings) throws Exception {
            String told;
            boolean quiet;
            try (VaultProcess vault = vault("refused", base, settings)) {
                told = cold(vault, 0, PATIENCE);
                quiet = !vault.said().contains("s3cret") && !told.contains("s3cret");
            }
            trial.check(told.contains(words), "%s: %s: %s", program.label(), what, told.strip());
            trial.promise(quiet, "%s: %s: the password is told", program.label(), what);
        }

        private interface Step {
            void take() throws Exception;
        }

        /** With a time limit that a hanging proxy reaches while the proof lasts. */
        private VaultProcess impatientVault() throws Exception {
            Path cache = Folders.empty(folder.resolve("away"));
            VaultProcess.Configuration configuration = (port, adminPort) -> """
                    server: {host: 127.0.0.1, port: %d, drain_timeout: 1s}
                    admin: {host: 127.0.0.1, port: %d}
                    cache: {dir: %s, min_free: 0}
                    origin: {%s}
                    backends:
                      - type: huggingface
                        config: {base_url: "%s", prefix: /huggingface/, timeout: %ds}
                    """.formatted(
                    port, adminPort, cache.toAbsolutePath(), trusting(proxy.url()), origin.base(), TIMEOUT.toSeconds());
            return VaultProcess.startAs(cache, configuration, List.of());
        }

        /** The proxy goes away and comes back under a vault that has something stored. */
        private void away(String what, Step begin, Step end) throws Exception {
            try (VaultProcess vault = impatientVault()) {
                End before = Downloads.get(vault.uri(PATH), content).end();
                begin.take();
                long asked = System.nanoTime();
                String told = cold(vault, 0, PATIENCE);
                Duration cold = Waiting.since(asked);
                asked = System.nanoTime();
                End warm = Downloads.get(vault.uri(PATH), content).end();
                Duration warmTook = Waiting.since(asked);
                end.take();
                Duration back = untilBack(vault);
                trial.check(
                        told.startsWith("{\"error\":\"Could not fetch "),
                        "%s, %s: cold after %.1f s: %s",
                        program.label(),
                        what,
                        seconds(cold),
                        told.strip());
                trial.check(
                        before == End.WHOLE && warm == End.WHOLE && warmTook.compareTo(AwayPart.WARM_BOUND) <= 0,
                        "%s, %s: warm %s after %.1f s, bound %.0f s",
                        program.label(),
                        what,
                        warm,
                        seconds(warmTook),
                        seconds(AwayPart.WARM_BOUND));
                trial.check(
                        back.compareTo(BACK) <= 0,
                        "%s, %s and back: the first cold answer after %.1f s, bound %.0f s",
                        program.label(),
                        what,
                        seconds(back),
                        seconds(BACK));
            }
        }

        private Duration untilBack(VaultProcess vault) {
            long start = System.nanoTime();
            for (int i = 1; Waiting.since(start).compareTo(BACK_MOST) < 0; i++) {
                if (cold(vault, i, BACK_MOST).isEmpty()) {
                    return Waiting.since(start);
                }
                Waiting.pass(BETWEEN);
            }
            return BACK_MOST;
        }

        /** Asks for something new; what the vault says instead of its content, or nothing. */
        private String cold(VaultProcess vault, int number, Duration most) {
            String target = vault.uri(PATH + "." + number).getPath();
            try {
                Answer answer = new StockClient(vault.port(), most).ask("GET", target, most);
                return answer.is(content.bytes()) ? "" : new String(answer.body(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                return String.valueOf(e.getMessage());
            }
        }

        private Seen ask(String name, String base, String path, String settings, Content expected) throws Exception {
            try (VaultProcess vault = vault(name, base, settings)) {
                return new Seen(
                        Downloads.get(vault.uri(path), expected).end(),
                        Downloads.get(vault.uri(path), expected).end());
            }
        }
    }

    /** What came of one cold download and one warm. */
    private record Seen(End cold, End warm) {
        boolean isWhole() {
            return cold == End.WHOLE && warm == End.WHOLE;
        }

        @Override
        public String toString() {
            return "cold " + cold + ", warm " + warm;
        }
    }

    /** As the Hub answers for a file that it delivers itself. */
    private static void answer(OriginReply reply, Content content) throws IOException {
        String tag = '"' + content.sha256() + '"';
        reply.status(200)
                .field("X-Repo-Commit", COMMIT)
                .field("X-Linked-Etag", tag)
                .field("ETag", tag)
                .field("X-Linked-Size", Long.toString(content.length()))
                .serve(content);
    }
}
