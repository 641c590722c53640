package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.foreign.Mutations;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What clients and the Hub write never becomes a 500: it is refused, passed on, or said to be wrong. */
@Timeout(240)
class ForeignTextTest extends HubStory {
    private static final int ROUNDS = 150;
    private static final String COMMIT = "607a30d783dfa663caf39e06633721c8d4cfcd7e";

    @TempDir
    Path folder;

    private ScriptedOrigin origin;
    private Stage<String> files;

    @BeforeEach
    void start() throws IOException {
        origin = ScriptedOrigin.open("127.0.0.1", (_, reply) -> reply.answer("x"));
        files = Stage.ofFiles(folder, origin.base()).start();
    }

    @AfterEach
    void stop() {
        files.close();
        origin.close();
    }

    /** The whole answer, head and body. */
    private static String ask(int port, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            socket.setSoTimeout((int) Stage.PATIENCE.toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static String get(String target, String host, String field) {
        return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + field + "Connection: close\r\n\r\n";
    }

    /** Ports of the clients' side with the Hub, of the one with other files, and of the operators. */
    private int[] ports() {
        return new int[] {
            stage.vault().port(), files.vault().port(), stage.vault().adminPort()
        };
    }

    private void assertNo500(String request) throws IOException {
        for (int port : ports()) {
            assertThat(ask(port, request)).as(request).startsWith("HTTP/1.1 ").doesNotStartWith("HTTP/1.1 500");
        }
    }

    @Test
    void everyVisibleCharacterInATargetIsAnswered() throws Exception {
        for (char c = '!'; c <= '~'; c++) {
            for (String text : List.of(c + "", "a" + c + "b", "%2" + c)) {
                assertNo500(get("/huggingface/acme/tiny/resolve/main/" + text, "v", ""));
                assertNo500(get("/huggingface/api/models/acme/tiny?expand=" + text + "&" + text + "=1", "v", ""));
                assertNo500(get("/files/" + text + "?" + text, "v", ""));
                assertNo500(get(text, "v", ""));
            }
        }
    }

    @Test
    void everyHostIsAnswered() throws Exception {
        for (String host : List.of(
                "",
                "a b",
                "[",
                "[]",
                "[::x]",
                "[:::]",
                "[1.2]",
                "[::1",
                "[::1]:99999",
                "a:99999",
                "a:",
                ":80",
                "a..b",
                "-",
                "_",
                "~",
                "datasets-server.",
                "1.2.3.4.5",
                "[::ffff:1.2.3.4]",
                "a".repeat(300),
                "%41",
                "a@b",
                "127.evil.example")) {
            for (String target :
                    List.of("/", "/healthz", "/huggingface/api/models", "/files/a", "/admin/status", "/metrics")) {
                assertNo500(get(target, host, ""));
                assertNo500(get("http://" + host + target, "v", ""));
            }
        }
    }

    @Test
    void theHubsAnswersNeverBecomeA500() throws Exception {
        List<String> targets = List.of(
                "/huggingface/acme/tiny/resolve/main/config.json",
                "/huggingface/acme/tiny/resolve/" + COMMIT + "/config.json",
                "/huggingface/api/models/acme/tiny",
                "/huggingface/api/models?limit=5",
                "/huggingface/api/models/acme/tiny/tree/main?recursive=true",
                "/huggingface/v2/acme/tiny/manifests/latest",
                "/huggingface/acme/tiny");
        List<String> answers = List.of(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nETag: W/\"a\"\r\nX-Repo-Commit: "
                        + COMMIT
                        + "\r\nLink: <https://huggingface.co/api/models?cursor=a>; rel=\"next\"\r\nContent-Length: 2\r\n\r\n{}",
                "HTTP/1.1 302 Found\r\nLocation: /acme/tiny/resolve/" + COMMIT + "/a\r\nX-Linked-Etag: \""
                        + "a".repeat(64) + "\"\r\nX-Linked-Size: 5\r\nX-Repo-Commit: " + COMMIT
                        + "\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 404 Not Found\r\nX-Error-Code: EntryNotFound\r\nX-Error-Message: no\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 429 Too Many\r\nRetry-After: 1\r\nRateLimit: \"api\";r=5;t=1\r\nRateLimit-Policy: \"f\";\"api\";q=500;w=300"
                        + "\r\nContent-Length: 0\r\n\r\n");
        for (int seed = 0; seed < ROUNDS; seed++) {
            String answer = new Mutations(seed).of(answers.get(seed % answers.size()));
            String target = targets.get(seed % targets.size());
            hub.failOnce(Asked.hub(), reply -> {
                reply.sendRaw(answer);
                return true;
            });
            String told = ask(stage.vault().port(), get(target, "v", "Cache-Control: no-cache\r\n"));
            assertThat(told).as("seed %d: %s", seed, answer).doesNotStartWith("HTTP/1.1 500");
            hub.reset();
        }
    }

    @Test
    void anOriginsAnswersNeverBecomeA500() throws Exception {
        List<String> answers = List.of(
                "HTTP/1.1 200 OK\r\nCache-Control: max-age=5, private=\"a\"\r\nVary: a, b\r\nETag: \"a\"\r\nContent-Length: 2\r\n\r\nhi",
                "HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-1/9\r\nETag: \"a\"\r\nAccept-Ranges: bytes\r\nContent-Length: 2\r\n\r\nhi",
                "HTTP/1.1 201 Created\r\nLocation: /files/x#y\r\nContent-Location: //a/\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nCDN-Cache-Control: max-age=5;a=\"b\", x=(1 2)\r\nExpires: 0\r\nAge: 1\r\nLast-Modified: Sun,"
                        + " 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 2\r\n\r\nhi");
        List<String> requests = new ArrayList<>();
        for (int seed = 0; seed < 3 * ROUNDS; seed++) {
            String answer = new Mutations(seed).of(answers.get(seed % answers.size()));
            origin.handler((_, reply) -> reply.sendRaw(answer));
            String method = seed % 5 == 0 ? "DELETE" : seed % 3 == 0 ? "HEAD" : "GET";
            String request = get("/files/" + seed % 20, "v", seed % 2 == 0 ? "Range: bytes=0-1\r\n" : "")
                    .replace("GET", method);
            requests.add(request);
            String told = ask(files.vault().port(), request);
            assertThat(told).as("seed %d: %s", seed, answer).doesNotStartWith("HTTP/1.1 500");
        }
        assertThat(requests).hasSize(3 * ROUNDS);
    }

    @Test
    void aMalformedAddressDoesNotEndAConnectionWithoutAResponse() throws Exception {
        for (String location :
                List.of("", "http://", "http://[", "//", "ftp://a/", "http://a:b@c/", "http://a:99999/", "\u00e9")) {
            origin.handler((_, reply) -> reply.status(302)
                    .field("Location", location)
                    .field("Content-Location", location)
                    .answer("x"));
            for (String method : List.of("GET", "DELETE")) {
                String told = ask(files.vault().port(), get("/files/l", "v", "").replace("GET", method));
                assertThat(told).as(location).startsWith("HTTP/1.1 302");
            }
        }
        assertThat(URI.create(origin.base()).getPort()).isPositive();
    }
}
