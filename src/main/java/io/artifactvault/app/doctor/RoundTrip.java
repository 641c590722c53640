package io.artifactvault.app.doctor;

import io.artifactvault.http.Digest;
import io.artifactvault.http.EntityTag;
import io.artifactvault.http.Hasher;
import io.artifactvault.http.Scan;
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
import javax.net.ssl.SSLException;

/** Asks the vault as a client does: is it there, is the Hub mounted there, and does a small file come from it, whole and right? */
public final class RoundTrip {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_TEXT = 1 << 20;
    private static final String OURS = "artifact-vault";
    private static final Set<String> SMALL_FILES =
            Set.of("config.json", "README.md", ".gitattributes", "tokenizer_config.json");

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final URI endpoint;
    private final Optional<String> repository;
    private final List<Finding> findings = new ArrayList<>();

    /** The second argument names a repository to try; else the vault's list is asked for one. */
    public RoundTrip(URI endpoint, Optional<String> repository) {
        this.endpoint = endpoint;
        this.repository = repository;
    }

    /** Each step only when the one before it went well. */
    public List<Finding> findings() throws InterruptedException {
        try {
            if (isThere() && isMounted()) {
                file();
            }
        } catch (SSLException e) {
            findings.add(Finding.fail(
                    "certificate",
                    "The vault's certificate is not trusted: " + e.getMessage() + ".",
                    "export REQUESTS_CA_BUNDLE and SSL_CERT_FILE with your authority's certificate"));
        } catch (IOException e) {
            findings.add(Finding.fail(
                    "vault",
                    "Nothing answers at " + endpoint + ": " + e + ".",
                    "start the vault, look at firewalls, or mend the host and port of HF_ENDPOINT"));
        } finally {
            client.close();
        }
        return List.copyOf(findings);
    }

    private boolean isThere() throws IOException, InterruptedException {
        long start = System.nanoTime();
        HttpResponse<byte[]> answer = get(endpoint.resolve("/healthz"));
        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
        if (answer.statusCode() != 200 || !isOurs(answer)) {
            findings.add(Finding.fail(
                    "vault",
                    "What answers at " + endpoint.resolve("/") + " is not a vault (" + answer.statusCode() + ").",
                    "mend the host and port of HF_ENDPOINT"));
            return false;
        }
        findings.add(
                Finding.ok("vault", "A vault answers in " + millis + " ms; its version is " + version(answer) + "."));
        return true;
    }

    private static String version(HttpResponse<byte[]> answer) {
        try {
            return String.valueOf(Json.object(answer.body()).getOrDefault("version", "not told"));
        } catch (IOException e) {
            return "not told";
        }
    }

    private boolean isMounted() throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = get(below("/api/models?limit=1"));
        if (answer.statusCode() == 404 && isOurs(answer)) {
            findings.add(Finding.fail(
                    "prefix",
                    "The path of HF_ENDPOINT is not where the Hub is mounted: " + error(answer),
                    "export HF_ENDPOINT with one of those paths"));
            return false;
        }
        if (answer.statusCode() != 200) {
            findings.add(Finding.warn(
                    "hub", "The vault cannot list models now: " + error(answer), "look at the vault's log"));
            return repository.isPresent();
        }
        findings.add(Finding.ok("prefix", "The Hub is mounted there."));
        return true;
    }

    private void file() throws IOException, InterruptedException {
        Optional<String> chosen = repository.isPresent() ? repository : listed();
        Optional<URI> file = chosen.isPresent() ? small(chosen.get()) : Optional.empty();
        if (file.isEmpty()) {
            findings.add(Finding.warn(
                    "download", "No small file was found to try.", "name a repository by --repository acme/tiny"));
            return;
        }
        HttpResponse<byte[]> first = get(file.get());
        if (first.statusCode() != 200) {
            findings.add(Finding.fail(
                    "download",
                    file.get() + " was answered " + first.statusCode() + ": " + error(first),
                    "look at the vault's log for " + id(first)));
            return;
        }
        findings.add(judged(file.get(), first));
        HttpResponse<byte[]> second = get(file.get());
        String word = second.headers().firstValue("x-cache").orElse("?");
        findings.add(
                word.equals("HIT") || word.equals("REVALIDATED")
                        ? Finding.ok("cache", "The second download came from the vault (" + word + ").")
                        : Finding.warn(
                                "cache",
                                "The second download did not come from the vault's store (" + word + ").",
                                "ask 'vault why " + id(second) + "' on the vault's machine"));
    }

    private Optional<String> listed() throws IOException, InterruptedException {
        return JsonStrings.named("id", text(get(below("/api/models?limit=1")))).stream()
                .filter(id -> Scan.isMadeOf(id, c -> Scan.isTokenCharacter(c) || c == '/'))
                .findFirst();
    }

    private Optional<URI> small(String repository) throws IOException, InterruptedException {
        String revision = text(get(below("/api/models/" + repository + "/revision/main")));
        return JsonStrings.named("rfilename", revision).stream()
                .filter(SMALL_FILES::contains)
                .findFirst()
                .map(file -> below("/" + repository + "/resolve/main/" + file));
    }

    private static Finding judged(URI file, HttpResponse<byte[]> answer) {
        if (!isOurs(answer)) {
            return Finding.fail(
                    "download",
                    "Something between here and the vault answers for it: there is no Cache-Status of the vault.",
                    "look at proxies on the way");
        }
        boolean xet = answer.headers().map().keySet().stream().anyMatch(name -> name.startsWith("x-xet"));
        if (xet) {
            return Finding.fail(
                    "download",
                    "The answer shows signs of Xet, so that clients would go past the vault.",
                    "export HF_HUB_DISABLE_XET=1");
        }
        Optional<Digest> digest = answer.headers()
                .firstValue("etag")
                .flatMap(EntityTag::parse)
                .map(EntityTag::opaque)
                .flatMap(Digest::ofHubEtag);
        if (digest.isPresent() && !digest.get().equals(hash(digest.get().algorithm(), answer.body()))) {
            return Finding.fail(
                    "download",
                    file.getPath() + " arrived changed: its bytes are not what its ETag says.",
                    "look at proxies on the way");
        }
        return Finding.ok(
                "download",
                file.getPath() + ": " + answer.body().length + " bytes, "
                        + (digest.isPresent() ? "right by their digest." : "without a digest to compare."));
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
        return client.send(HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), BodyHandlers.ofByteArray());
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
