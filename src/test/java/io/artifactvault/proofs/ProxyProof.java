package io.artifactvault.proofs;

import io.artifactvault.proofs.Downloads.End;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.OriginReply;
import io.artifactvault.testhub.ScriptedOrigin;
import io.artifactvault.testhub.TestHub;
import io.artifactvault.testhub.TestTls;
import java.io.IOException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;

/**
 * Real proxies (tinyproxy and squid, as Debian has them) in front of a real TLS origin with an authority of its own: all comes
 * by way of them, and each thing that may be wrong is told apart.
 */
final class ProxyProof implements Proof {
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final String PATH = "/acme/tiny/resolve/" + COMMIT + "/weights.bin";

    @Override
    public void run(Trial trial) throws Exception {
        for (ProxyProgram program : ProxyProgram.values()) {
            if (program.isInstalled()) {
                run(trial, program);
            } else {
                trial.notRun(program.label() + " is not installed; proofs/run installs it where it is root on Debian");
            }
        }
    }

    private static void run(Trial trial, ProxyProgram program) throws Exception {
        Path folder = trial.folder(program.label());
        SSLContext keys = TestTls.context(folder);
        Path authority = TestTls.certificate(folder);
        Content content =
                Content.generated(trial.amount(20_000_000), trial.random().nextLong());
        try (ScriptedOrigin origin =
                        ScriptedOrigin.openTls("127.0.0.1", 0, keys, (_, reply) -> answer(reply, content));
                ProxyProgram.Running proxy = program.start()) {
            String trusted = "ca_bundle: " + authority + ", proxy: \"" + proxy.url() + "\"";
            Seen secure = ask(folder, "secure", origin.base(), trusted, content);
            trial.figure(
                    "%s: TLS origin with an own authority: %s, the proxy noted %d tunnels to it",
                    program.label(), secure, proxy.noted("CONNECT", origin.port()));
            trial.promise(secure.end() == End.WHOLE, "%s", secure);
            trial.promise(proxy.noted("CONNECT", origin.port()) > 0, "nothing came by the proxy");
            plain(trial, program, folder, proxy);
            refusals(trial, program, folder, origin, authority, proxy);
        }
    }

    private static void plain(Trial trial, ProxyProgram program, Path folder, ProxyProgram.Running proxy)
            throws Exception {
        Content content = Content.generated(1_000_000, 7);
        try (TestHub hub = TestHub.empty()) {
            HubRepository repository = hub.repo("models", "acme/plain").lfs("weights.bin", content);
            String path = TestHub.resolve(repository, repository.push(), "weights.bin");
            Seen seen = ask(folder, "plain", hub.base(), path, "proxy: \"" + proxy.url() + "\"", content);
            long byProxy =
                    hub.requests(request -> request.field("Via").isPresent()).size();
            trial.figure(
                    "%s: plain hub and CDN: %s, %d of %d requests with Via",
                    program.label(), seen, byProxy, hub.requests().size());
            trial.promise(seen.end() == End.WHOLE, "%s", seen);
            trial.promise(byProxy > 0 && byProxy == hub.requests().size(), "some went another way");
        }
    }

    private static void refusals(
            Trial trial,
            ProxyProgram program,
            Path folder,
            ScriptedOrigin origin,
            Path authority,
            ProxyProgram.Running proxy)
            throws Exception {
        String trusted = "ca_bundle: " + authority + ", proxy: ";
        String base = origin.base();
        expect(
                trial,
                program,
                "wants another user name or password",
                folder,
                base,
                trusted + '"' + proxy.url("me:wrong") + '"');
        expect(trial, program, "the TLS handshake failed", folder, base, "proxy: \"" + proxy.url() + '"');
        expect(trial, program, "could not be reached", folder, base, trusted + "\"http://127.0.0.1:1\"");
        expect(trial, program, "the outbound proxy", folder, "https://127.0.0.1:1", trusted + '"' + proxy.url() + '"');
    }

    private static void expect(
            Trial trial, ProxyProgram program, String words, Path folder, String base, String settings)
            throws Exception {
        String told;
        try (VaultProcess vault =
                VaultProcess.startWith(Folders.empty(folder.resolve("refused")), base, "", settings)) {
            told = Downloads.text(vault.uri(PATH));
            trial.promise(!vault.said().contains("s3cret"), "the password is in the log");
        }
        trial.figure("%s: %s", program.label(), told);
        trial.promise(told.contains(words) && !told.contains("s3cret"), "not told: %s", words);
    }

    /** What came of one cold download and one warm. */
    private record Seen(End end, End again) {
        @Override
        public String toString() {
            return "cold " + end + ", warm " + again;
        }
    }

    private static Seen ask(Path folder, String name, String base, String settings, Content content) throws Exception {
        return ask(folder, name, base, PATH, settings, content);
    }

    private static Seen ask(Path folder, String name, String base, String path, String settings, Content content)
            throws Exception {
        try (VaultProcess vault = VaultProcess.startWith(Folders.empty(folder.resolve(name)), base, "", settings)) {
            return new Seen(
                    Downloads.get(vault.uri(path), content).end(),
                    Downloads.get(vault.uri(path), content).end());
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
