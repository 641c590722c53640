package io.artifactvault.testhub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The test Hub answers as the protocol reference says the real one does. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class TestHubTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NONE = "";

    private final TestHub hub = TestHub.standard();
    private final HubRepository tiny = hub.repo("models", "acme/tiny");
    private final HubUser alice = hub.user("alice", StandardSet.ALICE_TOKEN);
    private final HubUser bob = hub.user("bob", StandardSet.BOB_TOKEN);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void close() {
        assertThat(hub.failures()).isEmpty();
        client.close();
        hub.close();
    }

    @Test
    void aRegularFileIsRedirectedToTheResolveCache() throws Exception {
        HttpResponse<byte[]> head = head("/acme/tiny/resolve/main/config.json");
        String location = field(head, "Location");

        assertThat(head.statusCode()).isEqualTo(307);
        assertThat(location)
                .startsWith("/api/resolve-cache/models/acme/tiny/" + tiny.sha() + "/config.json?"
                        + "%2Facme%2Ftiny%2Fresolve%2Fmain%2Fconfig.json=&etag=%22");
        assertThat(field(head, "X-Repo-Commit")).isEqualTo(tiny.sha());
        assertThat(field(head, "X-Linked-Etag"))
                .isEqualTo(quoted(tiny.at("config.json").blobId()));
        assertThat(field(head, "X-Linked-Size")).isEmpty();
        assertThat(field(head, "Content-Length"))
                .isNotEqualTo(Long.toString(tiny.at("config.json").size()));

        HttpResponse<byte[]> file = get(location);
        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(file.body()).isEqualTo(tiny.at("config.json").content().bytes());
        assertThat(field(file, "ETag")).isEqualTo(quoted(tiny.at("config.json").blobId()));
        assertThat(hub.originBodyBytes()).isEqualTo(file.body().length);
        assertThat(get(location, "If-None-Match", field(file, "ETag")).statusCode())
                .isEqualTo(304);
        assertThat(get(location.replace("%22", "\"").replace("\"", "%27")).statusCode())
                .isEqualTo(400);
        assertThat(get("/api/resolve-cache/models/acme/tiny/main/config.json").statusCode())
                .isEqualTo(400);
    }

    @Test
    void textIsCompressedForThoseWhoAcceptIt() throws Exception {
        String path = "/api/resolve-cache/models/acme/tiny/" + tiny.sha() + "/config.json";
        HttpResponse<byte[]> packed = get(path, "Accept-Encoding", "gzip", "Range", "bytes=0-9");

        assertThat(packed.statusCode()).isEqualTo(200);
        assertThat(field(packed, "Content-Encoding")).isEqualTo("gzip");
        assertThat(field(packed, "Content-Length")).isEmpty();
        assertThat(field(packed, "ETag")).startsWith("W/\"");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes())
                .isEqualTo(tiny.at("config.json").content().bytes());
        assertThat(get(path, "Range", "bytes=0-9").statusCode()).isEqualTo(206);
    }

    @Test
    void theEmptyFileRefusesRanges() throws Exception {
        String path = "/api/resolve-cache/models/acme/tiny/" + tiny.sha() + "/empty.txt";

        assertThat(get(path).body()).isEmpty();
        assertThat(get(path, "Range", "bytes=0-0").statusCode()).isEqualTo(416);
        assertThat(field(head(path), "ETag")).isEqualTo(quoted("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"));
    }

    @Test
    void aLargeFileIsRedirectedToTheCdnWithASignature() throws Exception {
        HubFile file = tiny.at("model.safetensors");
        HttpResponse<byte[]> head = head("/acme/tiny/resolve/main/model.safetensors");
        assertThat(head.statusCode()).isEqualTo(302);
        assertThat(field(head, "X-Linked-Size")).isEqualTo("204800");
        assertThat(field(head, "X-Linked-Etag")).isEqualTo(quoted(file.content().sha256()));
        assertThat(field(head, "X-Xet-Hash")).isEqualTo(file.xetHash());
        assertThat(field(head, "Link")).contains("rel=\"xet-auth\"").contains("rel=\"xet-reconstruction-info\"");
        String location = field(head, "Location");
        assertThat(location).startsWith(hub.cdn().base()).contains("Expires=").contains("Signature=");

        HttpResponse<byte[]> body = get(location, "Range", "bytes=100-199");
        assertThat(body.statusCode()).isEqualTo(206);
        assertThat(body.body()).isEqualTo(file.content().bytes(100, 100));
        assertThat(field(body, "ETag")).isEqualTo(quoted(file.xetHash()));
        assertThat(hub.originBodyBytes()).isEqualTo(100);
        assertThat(get(location, "Authorization", alice.bearer()).statusCode()).isEqualTo(400);

        hub.expireSignedUrls();
        HttpResponse<byte[]> late = get(location);
        assertThat(late.statusCode()).isEqualTo(403);
        assertThat(text(late)).contains("<Code>AccessDenied</Code>");
        assertThat(hub.originBodyBytes()).isEqualTo(100);
    }

    @Test
    void aSignatureIsGoodForTheUsesAndTheTimeSaid() throws Exception {
        hub.knobs().signatureUses(1);
        String once = field(head("/acme/tiny/resolve/main/model.safetensors"), "Location");
        assertThat(get(once).statusCode()).isEqualTo(200);
        assertThat(get(once).statusCode()).isEqualTo(403);

        hub.knobs().signatureLife(Duration.ZERO);
        assertThat(get(field(head("/acme/tiny/resolve/main/model.safetensors"), "Location"))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void olderWaysOfDeliveryCanBeChosen() throws Exception {
        hub.knobs().regularDelivery(HubKnobs.Delivery.DIRECT_200).largeDelivery(HubKnobs.Delivery.DIRECT_200);

        assertThat(get("/acme/tiny/resolve/main/config.json").body())
                .isEqualTo(tiny.at("config.json").content().bytes());
        HttpResponse<byte[]> large = get("/acme/tiny/resolve/main/model.safetensors");
        assertThat(large.statusCode()).isEqualTo(200);
        assertThat(field(large, "ETag"))
                .isEqualTo(quoted(tiny.at("model.safetensors").identity()));
    }

    @Test
    void revisionsAreFoundInAllTheirForms() throws Exception {
        String first = tiny.sha();
        String second = tiny.file("new.txt", "new").push();

        assertThat(commitOf("main")).isEqualTo(second);
        for (String old : new String[] {
            first,
            first.substring(0, 7),
            "v1.0",
            "refs%2Fpr%2F1",
            "refs/pr/1",
            "refs%2Fconvert%2Fparquet",
            "feature%2Fx"
        }) {
            assertThat(commitOf(old)).as(old).isEqualTo(first);
        }
        HttpResponse<byte[]> unknown = head("/acme/tiny/resolve/nope/config.json");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(field(unknown, "X-Error-Code")).isEqualTo("RevisionNotFound");
    }

    @Test
    void hardNamesAreDecodedOnce() throws Exception {
        String path = TestHub.resolve(tiny, "main", StandardSet.HARD_NAME);
        assertThat(path).endsWith("/sub%20dir/a%20b%3F%23%2B%25%C3%A9.txt");

        HttpResponse<byte[]> redirect = get(path);
        assertThat(redirect.statusCode()).isEqualTo(307);
        assertThat(text(get(field(redirect, "Location")))).isEqualTo("A name that needs care.\n");
        assertThat(head(path.replace("%2B", "+")).statusCode()).isEqualTo(307);
    }

    @Test
    void errorsCarryTheCodesClientsKnow() throws Exception {
        HttpResponse<byte[]> noEntry = head("/acme/tiny/resolve/main/nope");
        assertThat(noEntry.statusCode()).isEqualTo(404);
        assertThat(field(noEntry, "X-Error-Code")).isEqualTo("EntryNotFound");
        assertThat(field(noEntry, "X-Repo-Commit")).isEqualTo(tiny.sha());

        expect(NONE, "/acme/none/resolve/main/x", 401, NONE);
        expect(bob.bearer(), "/acme/none/resolve/main/x", 404, "RepoNotFound");
        expect(NONE, "/acme/secret/resolve/main/config.json", 401, NONE);
        expect(bob.bearer(), "/api/models/acme/secret", 404, "RepoNotFound");
        expect(alice.bearer(), "/acme/secret/resolve/main/config.json", 307, NONE);
        expect(NONE, "/acme/gated/resolve/main/config.json", 401, "GatedRepo");
        expect(bob.bearer(), "/acme/gated/resolve/main/config.json", 403, "GatedRepo");
        expect(alice.bearer(), "/acme/gated/resolve/main/config.json", 307, NONE);
        expect(NONE, "/acme%2Ftiny/resolve/main/config.json", 400, NONE);

        alice.revokeToken();
        HttpResponse<byte[]> revoked = get("/acme/tiny/resolve/main/config.json", "Authorization", alice.bearer());
        assertThat(revoked.statusCode()).isEqualTo(401);
        assertThat(field(revoked, "X-Error-Message")).isEqualTo("Invalid credentials in Authorization header");
        tiny.disabled(true);
        assertThat(field(get("/api/models/acme/tiny"), "X-Error-Message"))
                .isEqualTo("Access to this resource is disabled.");
    }

    @Test
    void otherNamesLeadToTheTrueOneByRelativeRedirects() throws Exception {
        assertThat(field(head("/gpt2/resolve/main/config.json?download=true"), "Location"))
                .isEqualTo("/openai-community/gpt2/resolve/main/config.json?download=true");
        assertThat(field(head("/Acme/TINY/resolve/main/a%20b"), "Location")).isEqualTo("/acme/tiny/resolve/main/a%20b");
        assertThat(field(get("/api/models/gpt2"), "Location")).isEqualTo("/api/models/openai-community/gpt2");
        assertThat(field(get("/api/models/acme/old-name/tree/main?recursive=true"), "Location"))
                .isEqualTo("/api/models/acme/tiny/tree/main?recursive=true");
    }

    @Test
    void infoTellsCommitAndFiles() throws Exception {
        JsonNode info = json("/api/models/acme/tiny/revision/main?blobs=true");
        assertThat(info.get("id").asText()).isEqualTo("acme/tiny");
        assertThat(info.get("sha").asText()).isEqualTo(tiny.sha());
        assertThat(info.get("gated").asBoolean(true)).isFalse();
        assertThat(info.get("siblings").findValuesAsText("rfilename")).contains("config.json", StandardSet.HARD_NAME);
        assertThat(info.get("siblings").findValue("lfs").get("size").asLong()).isEqualTo(204_800);
        assertThat(json("/api/models/acme/tiny?expand=sha&expand[]=gated".replace("[]", "%5B%5D"))
                        .size())
                .isEqualTo(4);

        HttpResponse<byte[]> first = get("/api/models/acme/tiny");
        assertThat(field(first, "ETag")).startsWith("W/");
        assertThat(field(first, "Set-Cookie")).isNotEmpty();
        assertThat(field(first, "RateLimit")).contains("\"api\"");
        assertThat(get("/api/models/acme/tiny", "If-None-Match", field(first, "ETag"))
                        .statusCode())
                .isEqualTo(304);
    }

    @Test
    void aTreeIsPagedByAbsoluteLinks() throws Exception {
        String next = hub.base() + "/api/models/acme/many/tree/main?recursive=true";
        int files = 0;
        int pages = 0;
        while (!next.isEmpty()) {
            HttpResponse<byte[]> page = get(next);
            files += JSON.readTree(page.body()).findValuesAsText("type").stream()
                    .filter("file"::equals)
                    .toList()
                    .size();
            pages++;
            next = field(page, "Link").replaceAll("<(.*)>; rel=\"next\"", "$1");
        }
        assertThat(files).isEqualTo(1_200);
        assertThat(pages).isEqualTo(2);

        hub.knobs().pageSize(2).officialBase("https://hub.example");
        assertThat(field(get("/api/models/acme/tiny/tree/main?expand=False"), "Link"))
                .startsWith("<https://hub.example/api/models/acme/tiny/tree/main?expand=False&limit=2&cursor=")
                .endsWith(">; rel=\"next\"");
    }

    @Test
    void xetHashesAreRedactedForThoseWithoutAccess() throws Exception {
        assertThat(json("/api/models/acme/tiny/tree/main").findValue("xetHash").asText())
                .isEqualTo(tiny.at("model.safetensors").xetHash());
        assertThat(json("/api/models/acme/gated/tree/main").findValue("xetHash").asText())
                .isEqualTo("*".repeat(64));
    }

    @Test
    void pathsAreLookedUpByFormAndByJson() throws Exception {
        String url = hub.base() + "/api/models/acme/tiny/paths-info/main";
        JsonNode form = post(url, "application/x-www-form-urlencoded", "paths=config.json&paths=nope&expand=false");
        JsonNode json = post(url, "application/json", "{\"paths\":[\"data\",\"nope\"],\"expand\":true}");

        assertThat(form.findValuesAsText("path")).containsExactly("config.json");
        assertThat(json.findValuesAsText("path")).containsExactly("data");
        assertThat(json.findValue("lastCommit")).isNotNull();
    }

    @Test
    void theOtherRoutesAnswer() throws Exception {
        assertThat(json("/api/models/acme/tiny/refs?include_prs=1")
                        .get("pullRequests")
                        .findValue("ref")
                        .asText())
                .isEqualTo("refs/pr/1");
        assertThat(field(get("/api/models/acme/tiny/commits/main"), "X-Total-Count"))
                .isEqualTo("1");
        assertThat(json("/api/models/acme/tiny/treesize/main/data").get("size").asLong())
                .isEqualTo(27);
        assertThat(json("/api/models?search=tin").findValuesAsText("id")).containsExactly("acme/tiny");
        assertThat(json("/api/models/acme/tiny/xet-read-token/main")
                        .get("casUrl")
                        .asText())
                .isEqualTo(hub.cas().base());
        assertThat(text(get("/acme/tiny/raw/main/model.safetensors"))).startsWith("version https://git-lfs");
        expect(NONE, "/api/models/acme/gated/auth-check", 401, "GatedRepo");
        expect(alice.bearer(), "/api/models/acme/gated/auth-check", 200, NONE);
        expect(alice.bearer(), "/api/whoami-v2", 200, NONE);
        expect(NONE, "/api/whoami-v2", 401, NONE);
        expect(NONE, "/api/telemetry/x", 204, NONE);
        expect(NONE, "/api/nothing", 404, NONE);
        expect(NONE, "/api/datasets/acme/ds/tree/main/data", 200, NONE);
        expect(NONE, "/api/datasets/acme/ds/tree/main/nope", 404, "EntryNotFound");
        HttpResponse<byte[]> probe =
                get("/acme/tiny/resolve/main/model.safetensors", "Accept", "application/vnd.xet-fileinfo+json");
        assertThat(field(probe, "Content-Type")).isEqualTo("application/vnd.xet-fileinfo+json");
        assertThat(hub.cas().requests()).isEmpty();
    }

    @Test
    void faultsStrikeAsOftenAsSaid() throws Exception {
        hub.fail(Asked.head(), Fault.status(503), 2);
        hub.failOnce(Asked.cdn(), Fault.cutAfter(1_000));
        hub.failOnce(Asked.path("config.json"), Fault.rateLimited(Duration.ofSeconds(7)));
        String path = "/acme/tiny/resolve/main/model.safetensors";

        assertThat(head(path).statusCode()).isEqualTo(503);
        assertThat(head(path).statusCode()).isEqualTo(503);
        String location = field(head(path), "Location");
        assertThatThrownBy(() -> get(location)).isInstanceOf(IOException.class);
        assertThat(hub.originBodyBytes()).isEqualTo(1_000);
        assertThat(get(location).body()).hasSize(204_800);
        HttpResponse<byte[]> limited = get("/acme/tiny/resolve/main/config.json");
        assertThat(limited.statusCode()).isEqualTo(429);
        assertThat(field(limited, "Retry-After")).isEqualTo("7");
    }

    @Test
    void aGateHoldsAFileInTheMiddle() throws Exception {
        Gate gate = hub.gate(Asked.cdn(), 50_000);
        String location = field(head("/acme/tiny/resolve/main/model.safetensors"), "Location");

        var answer = client.sendAsync(request(location).build(), HttpResponse.BodyHandlers.ofByteArray());
        gate.awaitReached();
        assertThat(hub.originBodyBytes()).isEqualTo(50_000);
        gate.open();

        assertThat(answer.get(30, TimeUnit.SECONDS).body())
                .isEqualTo(tiny.at("model.safetensors").content().bytes());
    }

    @Test
    void theHubGoesDownAndComesBack() throws Exception {
        hub.stop();
        assertThatThrownBy(() -> head("/acme/tiny/resolve/main/config.json")).isInstanceOf(IOException.class);

        hub.start();

        assertThat(head("/acme/tiny/resolve/main/config.json").statusCode()).isEqualTo(307);
    }

    private String commitOf(String rawRevision) throws Exception {
        return field(head("/acme/tiny/resolve/" + rawRevision + "/config.json"), "X-Repo-Commit");
    }

    private void expect(String authorization, String target, int status, String code) throws Exception {
        HttpResponse<byte[]> answer =
                authorization.isEmpty() ? get(target) : get(target, "Authorization", authorization);
        assertThat(answer.statusCode()).as(target).isEqualTo(status);
        assertThat(field(answer, "X-Error-Code")).as(target).isEqualTo(code);
    }

    private JsonNode json(String target) throws Exception {
        HttpResponse<byte[]> answer = get(target);
        assertThat(answer.statusCode()).as(target).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private JsonNode post(String url, String type, String body) throws Exception {
        HttpRequest request = request(url)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return JSON.readTree(
                client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
    }

    private HttpResponse<byte[]> head(String target) throws Exception {
        return client.send(request(target).HEAD().build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> get(String target, String... fields) throws Exception {
        HttpRequest.Builder request = request(target);
        if (fields.length > 0) {
            request.headers(fields);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpRequest.Builder request(String target) {
        URI uri = target.startsWith("http") ? URI.create(target) : hub.hub().uri(target);
        return HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60));
    }

    private static String field(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static String quoted(String tag) {
        return "\"" + tag + "\"";
    }
}
