package io.artifactvault.proofs;

import static io.artifactvault.proofs.Waiting.seconds;

import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/** Requests that lead back to the vault: its own address as an origin, a redirect to it, and two vaults in a circle. */
final class LoopPart implements Callable<List<OutageRow>> {
    private static final int LOOP_DETECTED = 508;
    private static final Duration BOUND = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofSeconds(5);

    private final Path work;
    private volatile int redirectTo;

    LoopPart(Path work) {
        this.work = work;
    }

    @Override
    public List<OutageRow> call() throws Exception {
        try (ScriptedOrigin redirector = ScriptedOrigin.open(
                        "127.0.0.1",
                        (request, reply) -> reply.status(307)
                                .field("Location", "http://127.0.0.1:" + redirectTo + "/back" + request.path())
                                .answer("over there"));
                VaultProcess first = start("first", redirector.base());
                VaultProcess second = start("second", "http://127.0.0.1:" + first.port() + "/redirected")) {
            redirectTo = first.port();
            OutageRow own = ask(first, "/own/file-1", "a backend with the vault's own address");
            OutageRow redirect = ask(first, "/redirected/file-2", "an origin that redirects to the vault");
            OutageRow hub = ask(first, "/huggingface/acme/loop/resolve/main/file", "a Hub that redirects to the vault");
            redirectTo = second.port();
            OutageRow circle = ask(first, "/redirected/file-3", "two vaults in a circle");
            return List.of(own, redirect, hub, circle);
        }
    }

    /** {@code /back/} leads to what the origin's requests name, so that a redirect to it comes back. */
    private VaultProcess start(String name, String origin) throws Exception {
        Path cache = work.resolve(name);
        return VaultProcess.startAs(
                cache,
                (port, adminPort) -> """
                        server: {host: 127.0.0.1, port: %1$d, drain_timeout: 1s}
                        admin: {host: 127.0.0.1, port: %2$d}
                        cache: {dir: %3$s, min_free: 0}
                        backends:
                          - type: http
                            name: own
                            config: {base_url: "http://127.0.0.1:%1$d/own", prefix: /own/}
                          - type: http
                            name: redirected
                            config: {base_url: "%4$s", prefix: /redirected/, follow_redirects: true, allow_private_redirects: true}
                          - type: http
                            name: back
                            config: {base_url: "%4$s", prefix: /back/, follow_redirects: true, allow_private_redirects: true}
                          - type: huggingface
                            config: {base_url: "%4$s", prefix: /huggingface/, allow_private_redirects: true}
                        """.formatted(port, adminPort, cache.toAbsolutePath(), origin),
                List.of(),
                "-Xmx256m");
    }

    private static OutageRow ask(VaultProcess vault, String target, String what) {
        long start = System.nanoTime();
        String result;
        boolean detected = false;
        try {
            int status = new StockClient(vault.port()).ask("GET", target, MOST).status();
            detected = status == LOOP_DETECTED;
            result = "status " + status;
        } catch (IOException e) {
            result = "no response";
        }
        Duration took = Waiting.since(start);
        return OutageRow.of(
                detected && took.compareTo(BOUND) <= 0,
                "%s: %s after %.2f s, bound 508 within %.0f s",
                what,
                result,
                seconds(took),
                seconds(BOUND));
    }
}
