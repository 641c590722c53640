package io.artifactvault.app;

import io.artifactvault.app.EndpointClient.Reply;
import io.artifactvault.app.doctor.HubAnswer;
import io.artifactvault.app.doctor.Problem;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The checks of {@code vault check}, in the order in which a client would notice a failure: does the vault respond,
 * does it describe a file, does it serve it cold and warm, does it serve ranges and conditional requests, and does it
 * report missing files correctly. Blocking.
 */
public final class EndpointCheck {
    private static final String UNLIKELY = "vault-check-no-such-file";

    private final EndpointClient client;
    private final String repository;
    private final String file;
    private final String path;

    public EndpointCheck(EndpointClient client, String repository, String revision, String file) {
        this.client = client;
        this.repository = repository;
        this.file = "/" + repository + "/resolve/" + revision + "/";
        this.path = this.file + file;
    }

    /**
     * Each step runs only if the previous one succeeded, so that one cause gives one failure.
     *
     * @throws IOException when no server responds
     */
    public List<CheckFinding> run() throws IOException, InterruptedException {
        List<CheckFinding> findings = new ArrayList<>();
        findings.add(lives());
        if (findings.getLast().passed()) {
            findings.add(hub());
        }
        if (findings.getLast().passed()) {
            download(findings);
        }
        return List.copyOf(findings);
    }

    private void download(List<CheckFinding> findings) throws IOException, InterruptedException {
        Reply head = client.send("HEAD", path);
        findings.add(head(head));
        if (head.status() == 200) {
            Reply first = client.send("GET", path);
            findings.add(first(first, head));
            findings.add(second(first));
            findings.add(range(first));
            findings.add(condition(first));
        }
        findings.add(missing("missing file", file + UNLIKELY, "EntryNotFound"));
        findings.add(missing("missing repo", "/vault-check/" + UNLIKELY + "/resolve/main/a", "RepoNotFound"));
    }

    private CheckFinding lives() throws IOException, InterruptedException {
        Reply reply = client.sendOpenly("/healthz");
        if (reply.status() == 200) {
            return CheckFinding.good("health", "the vault is running");
        }
        return CheckFinding.bad(
                "health",
                Problem.wrongScheme(client.endpoint())
                        .map(Problem::line)
                        .orElse("/healthz responded " + reply.status()
                                + "; pass the URL of a vault's clients' port with --endpoint"));
    }

    private CheckFinding hub() throws IOException, InterruptedException {
        Reply reply = client.send("GET", HubAnswer.PATH);
        HubAnswer answer = new HubAnswer(
                reply.status(),
                client.hasToken(),
                reply.xCache().equals(HubAnswer.LOCAL),
                reply.field("X-Error-Message").orElse("no reason given"));
        return answer.problem()
                .map(problem -> CheckFinding.bad(problem.subject(), problem.line()))
                .orElseGet(() -> CheckFinding.good(
                        "hub", "the Hub responds" + (answer.isAccepted() ? " and accepts the token" : "")));
    }

    private CheckFinding head(Reply reply) {
        if (isRedirect(reply)) {
            return CheckFinding.bad(
                    "head",
                    "redirected to " + host(reply)
                            + ", away from the vault; pass the vault's URL with its prefix to --endpoint");
        }
        if (reply.status() != 200) {
            return CheckFinding.bad(
                    "head", answered(reply) + "; pass another file with --repo and --file, or check the vault's log");
        }
        boolean complete =
                reply.field("ETag").isPresent() && reply.field("X-Repo-Commit").isPresent();
        return new CheckFinding(
                "head",
                complete,
                complete
                        ? "200 without a redirect, commit "
                                + reply.field("X-Repo-Commit").orElse("")
                        : "ETag or X-Repo-Commit is missing; clients refuse such a file");
    }

    private static boolean isRedirect(Reply reply) {
        return reply.status() / 100 == 3;
    }

    /** The host alone: the rest of the URL may be signed. */
    private static String host(Reply reply) {
        return reply.field("Location").map(EndpointCheck::hostOf).orElse("nowhere");
    }

    private static String hostOf(String location) {
        try {
            String host = URI.create(location).getHost();
            return host == null ? "the same host" : host;
        } catch (IllegalArgumentException e) {
            return "an invalid address";
        }
    }

    private static String answered(Reply reply) {
        return "response " + reply.status()
                + reply.field("X-Error-Message").map(text -> " (" + text + ")").orElse("");
    }

    private CheckFinding first(Reply first, Reply head) {
        if (first.status() != 200) {
            return CheckFinding.bad("first request", answered(first));
        }
        long announced = head.field("Content-Length").map(Long::parseLong).orElse(first.length());
        if (first.length() != announced) {
            return CheckFinding.bad("first request", first.length() + " bytes instead of " + announced);
        }
        if (!first.etagRight().orElse(true)) {
            return CheckFinding.bad("first request", "the bytes do not match the ETag");
        }
        return CheckFinding.good(
                "first request",
                "%s, %d bytes in %s%s"
                        .formatted(
                                first.xCache(),
                                first.length(),
                                millis(first.took()),
                                first.etagRight().isPresent() ? ", which match their ETag" : ""));
    }

    private CheckFinding second(Reply first) throws IOException, InterruptedException {
        Reply second = client.send("GET", path);
        if (second.status() != 200 || !second.sha256().equals(first.sha256())) {
            return CheckFinding.bad(
                    "second request", "the bytes differ from those of the first request: " + answered(second));
        }
        boolean hit = second.xCache().equals("HIT");
        String times = "%.1f times as fast"
                .formatted((double) first.took().toNanos()
                        / Math.max(1, second.took().toNanos()));
        return new CheckFinding(
                "second request",
                hit,
                hit
                        ? "HIT, the same bytes in " + millis(second.took()) + ", " + times
                        : second.xCache() + " instead of HIT; Cache-Status: "
                                + second.field("Cache-Status").orElse("none"));
    }

    private static String millis(Duration duration) {
        return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
    }

    private CheckFinding range(Reply whole) throws IOException, InterruptedException {
        int count = (int) Math.min(100, whole.length());
        if (count == 0) {
            return CheckFinding.good("range", "skipped, because the file is empty");
        }
        Reply part = client.send("GET", path, "Range", "bytes=0-" + (count - 1));
        boolean right = part.status() == 206 && Arrays.equals(part.first(), Arrays.copyOf(whole.first(), count));
        return new CheckFinding(
                "range",
                right,
                right
                        ? "206 with the first " + count + " bytes"
                        : "request for the first " + count + " bytes: " + answered(part));
    }

    private CheckFinding condition(Reply whole) throws IOException, InterruptedException {
        String etag = whole.field("ETag").orElse("*");
        Reply again = client.send("GET", path, "If-None-Match", etag);
        boolean right = again.status() == 304 && again.length() == 0;
        return new CheckFinding(
                "condition",
                right,
                right
                        ? "304 for a client that has the file"
                        : "If-None-Match with the file's ETag: " + answered(again));
    }

    /** Checks the error code, by which clients determine what is missing; they do not use the status. */
    private CheckFinding missing(String name, String below, String code) throws IOException, InterruptedException {
        Reply reply = client.send("GET", below);
        String said = reply.field("X-Error-Code").orElse("no X-Error-Code");
        boolean right = (reply.status() == 404 || reply.status() == 401) && said.equals(code);
        return new CheckFinding(
                name,
                right,
                right
                        ? reply.status() + " " + code
                        : answered(reply) + " with " + said + " instead of 404 with " + code + ", for repository "
                                + repository);
    }
}
