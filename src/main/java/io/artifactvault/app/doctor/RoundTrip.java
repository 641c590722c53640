package io.artifactvault.app.doctor;

import io.artifactvault.backend.huggingface.snapshots.HubEtag;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Hasher;
import io.artifactvault.http.Scan;
import io.artifactvault.http.conditional.EntityTag;
import io.artifactvault.snapshot.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Sends requests to the vault as a client does: does it respond, is the Hub mounted, and does it serve a small file
 * completely and correctly?
 */
public final class RoundTrip {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_TEXT = 1 << 20;
    private static final int MOST_CANDIDATES = 5;
    private static final String LIST = "/api/models?limit=" + MOST_CANDIDATES;
    private static final String VARIABLE = "export HF_ENDPOINT=";
    private static final String OURS = "artifact-vault";
    private static final Set<String> SMALL_FILES =
            Set.of("config.json", "README.md", ".gitattributes", "tokenizer_config.json");

    private final HttpClient client;
    private final URI endpoint;
    private final Optional<String> repository;
    private final Optional<Credential> token;
    private final TrustedAuthorities authorities;
    private final List<Finding> findings = new ArrayList<>();
    private Optional<URI> mount = Optional.empty();

    /**
     * @param repository the repository to test; if not given, candidates are taken from a list that the vault serves
     * @param token the token that clients on this machine send; sent only to a vault
     */
    public RoundTrip(
            URI endpoint, Optional<String> repository, Optional<Credential> token, TrustedAuthorities authorities) {
        this.endpoint = endpoint;
        this.repository = repository;
        this.token = token;
        this.authorities = authorities;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(10))
                .followRedirects(HttpClient.Redirect.NEVER)
                .sslContext(authorities.context())
                .build();
    }

    /** Each step runs only if the previous one succeeded, so that one cause gives one failure. */
    public List<Finding> findings() throws InterruptedException {
        try {
            if (isThere() && isHubThere() && isMounted()) {
                download();
            }
        } catch (IOException e) {
            findings.add(Problem.of(endpoint, e, authorities).finding());
        } finally {
            client.close();
        }
        return List.copyOf(findings);
    }

    /**
     * The correct value of HF_ENDPOINT, as far as {@link #findings} could determine it: the endpoint itself, or another
     * URL that the vault names.
     */
    public Optional<URI> mount() {
        return mount;
    }

    private boolean isThere() throws IOException, InterruptedException {
        long start = System.nanoTime();
        HttpResponse<byte[]> answer = send(request(endpoint.resolve("/healthz")));
        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
        if (answer.statusCode() != 200 || !isOurs(answer)) {
            findings.add(Problem.wrongScheme(endpoint)
                    .map(Problem::finding)
                    .orElseGet(() -> Finding.fail(
                            "vault",
                            "The server at " + endpoint.resolve("/") + " is not a vault (status " + answer.statusCode()
                                    + ").",
                            "correct the host and port of HF_ENDPOINT")));
            return false;
        }
        findings.add(
                Finding.ok("vault", "A vault responds in " + millis + " ms; its version is " + version(answer) + "."));
        return true;
    }

    private static String version(HttpResponse<byte[]> answer) {
        try {
            return String.valueOf(Json.object(answer.body()).getOrDefault("version", "unknown"));
        } catch (IOException e) {
            return "unknown";
        }
    }

    private boolean isHubThere() throws IOException, InterruptedException {
        HttpResponse<byte[]> response = get(below(HubAnswer.PATH));
        HubAnswer answer = new HubAnswer(
                response.statusCode(),
                token.isPresent(),
                response.headers().firstValue("x-cache").orElse("").equals(HubAnswer.LOCAL),
                error(response));
        mount = answer.isElsewhere() ? mountOnPage() : Optional.of(endpoint);
        Optional<Problem> problem = answer.problem()
                .map(found -> mount.filter(_ -> answer.isElsewhere())
                        .map(place -> new Problem(found.subject(), found.fact(), "use " + place))
                        .orElse(found));
        findings.add(problem.map(Problem::finding)
                .orElseGet(() -> Finding.ok(
                        "hub", answer.isAccepted() ? "The Hub responds and accepts the token." : "The Hub responds.")));
        return problem.isEmpty();
    }

    /** The correct value of HF_ENDPOINT according to the vault's status page. */
    private Optional<URI> mountOnPage() throws IOException, InterruptedException {
        String page = text(send(request(endpoint.resolve("/"))));
        int at = page.indexOf(VARIABLE);
        if (at < 0) {
            return Optional.empty();
        }
        int start = at + VARIABLE.length();
        int end = start;
        while (end < page.length() && isOfUrl(page.charAt(end))) {
            end++;
        }
        return Endpoint.parse(page.substring(start, end)).map(this::withOwnScheme);
    }

    /** Characters that an operator can safely paste into a shell. */
    private static boolean isOfUrl(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || ":/.-_~[]".indexOf(c) >= 0;
    }

    /**
     * The named URL with the scheme of the endpoint, because the vault does not know whether a gateway in front of it
     * uses TLS.
     */
    private URI withOwnScheme(URI named) {
        return named.getRawAuthority().equalsIgnoreCase(endpoint.getRawAuthority())
                ? URI.create(endpoint.getScheme() + "://" + endpoint.getRawAuthority() + named.getRawPath())
                : named;
    }

    private boolean isMounted() throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = get(below(LIST));
        if (answer.statusCode() == 200) {
            findings.add(Finding.ok("prefix", "The Hub is mounted at the path of the endpoint."));
            return true;
        }
        if (repository.isEmpty()) {
            findings.add(Finding.fail(
                    "download",
                    "Nothing was downloaded, because the Hub does not list models: " + error(answer),
                    "pass --repository with the name of a model, such as acme/tiny"));
        }
        return repository.isPresent();
    }

    private void download() throws IOException, InterruptedException {
        List<String> candidates = repository.isPresent() ? List.of(repository.get()) : listed();
        Optional<Finding> failure = Optional.empty();
        for (String candidate : candidates) {
            failure = download(candidate);
            if (failure.isEmpty()) {
                return;
            }
        }
        findings.add(failure.orElseGet(() -> Finding.fail(
                "download",
                "Nothing was downloaded, because the Hub lists no model.",
                "pass --repository with the name of a model, such as acme/tiny")));
    }

    /**
     * Downloads a file. Empty when it was downloaded, correct or not; otherwise the finding that says why it was not.
     */
    private Optional<Finding> download(String candidate) throws IOException, InterruptedException {
        HttpResponse<byte[]> revision = get(below("/api/models/" + candidate + "/revision/main"));
        if (revision.statusCode() != 200) {
            return Optional.of(refused(candidate, revision));
        }
        Optional<URI> file = small(candidate, revision);
        if (file.isEmpty()) {
            return Optional.of(Finding.fail(
                    "download",
                    "Nothing was downloaded, because " + candidate + " has no small file to download.",
                    "pass --repository with the name of another model, such as acme/tiny"));
        }
        HttpResponse<byte[]> first = get(file.get());
        if (first.statusCode() != 200) {
            return Optional.of(refused(candidate, first));
        }
        Finding finding = judged(file.get(), first);
        findings.add(finding);
        if (finding.state() == Finding.State.OK) {
            again(file.get());
        }
        return Optional.empty();
    }

    private static Finding refused(String candidate, HttpResponse<byte[]> answer) {
        return Finding.fail(
                "download",
                "Nothing was downloaded: the response for " + candidate + " was " + answer.statusCode() + ": "
                        + error(answer),
                "pass --repository with a repository that this machine can read, or run 'vault why " + id(answer)
                        + "' on the vault's machine");
    }

    private void again(URI file) throws IOException, InterruptedException {
        HttpResponse<byte[]> second = get(file);
        String word = second.headers().firstValue("x-cache").orElse("?");
        findings.add(
                word.equals("HIT") || word.equals("REVALIDATED")
                        ? Finding.ok("cache", "The second download came from the vault (" + word + ").")
                        : Finding.warn(
                                "cache",
                                "The second download did not come from the vault's store (" + word + ").",
                                "run 'vault why " + id(second) + "' on the vault's machine"));
    }

    /** The names of several repositories from a list, because the first one may be gated. */
    private List<String> listed() throws IOException, InterruptedException {
        return JsonStrings.named("id", text(get(below(LIST)))).stream()
                .filter(id -> Scan.isMadeOf(id, c -> Scan.isTokenCharacter(c) || c == '/'))
                .distinct()
                .limit(MOST_CANDIDATES)
                .toList();
    }

    private Optional<URI> small(String candidate, HttpResponse<byte[]> revision) {
        return JsonStrings.named("rfilename", text(revision)).stream()
                .filter(SMALL_FILES::contains)
                .findFirst()
                .map(file -> below("/" + candidate + "/resolve/main/" + file));
    }

    private static Finding judged(URI file, HttpResponse<byte[]> answer) {
        if (!isOurs(answer)) {
            return Finding.fail(
                    "download",
                    "Another server responded instead of the vault: the response lacks the vault's Cache-Status.",
                    "check the proxies between this machine and the vault");
        }
        boolean xet = answer.headers().map().keySet().stream().anyMatch(name -> name.startsWith("x-xet"));
        if (xet) {
            return Finding.fail(
                    "download",
                    "The response has Xet fields, which make clients bypass the vault.",
                    "export HF_HUB_DISABLE_XET=1");
        }
        Optional<Digest> digest = answer.headers()
                .firstValue("etag")
                .flatMap(EntityTag::parse)
                .map(EntityTag::opaque)
                .flatMap(HubEtag::digest);
        if (digest.isPresent() && !digest.get().equals(hash(digest.get().algorithm(), answer.body()))) {
            return Finding.fail(
                    "download",
                    file.getPath() + " was altered in transit: its bytes do not match its ETag.",
                    "check the proxies between this machine and the vault");
        }
        return Finding.ok(
                "download",
                file.getPath() + ": " + answer.body().length + " bytes, "
                        + (digest.isPresent() ? "which match their digest." : "without a digest to compare."));
    }

    private static Digest hash(Digest.Algorithm algorithm, byte[] bytes) {
        Hasher hasher = Hasher.of(algorithm, bytes.length);
        hasher.update(ByteBuffer.wrap(bytes));
        return hasher.finish();
    }

    private URI below(String path) {
        return URI.create(endpoint + path);
    }

    private HttpResponse<byte[]> get(URI uri) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(uri);
        token.ifPresent(credential -> request.header("Authorization", credential.reveal()));
        return send(request);
    }

    private static HttpRequest.Builder request(URI uri) {
        return HttpRequest.newBuilder(uri).timeout(PATIENCE);
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static boolean isOurs(HttpResponse<byte[]> answer) {
        return answer.headers().firstValue("cache-status").orElse("").startsWith(OURS);
    }

    private static String id(HttpResponse<byte[]> answer) {
        return answer.headers().firstValue("x-request-id").orElse("?");
    }

    private static String error(HttpResponse<byte[]> answer) {
        try {
            Map<String, Object> json = Json.object(answer.body());
            return String.valueOf(json.getOrDefault("error", answer.statusCode()));
        } catch (IOException e) {
            return String.valueOf(answer.statusCode());
        }
    }

    private static String text(HttpResponse<byte[]> answer) {
        byte[] body = answer.body();
        return new String(body, 0, Math.min(body.length, MOST_TEXT), StandardCharsets.UTF_8);
    }
}
