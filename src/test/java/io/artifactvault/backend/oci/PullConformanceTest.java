package io.artifactvault.backend.oci;

import static io.artifactvault.backend.oci.OciStage.field;
import static io.artifactvault.backend.oci.OciStage.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.artifactvault.backend.oci.TestRegistry.Manifest;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.OriginReply;
import io.artifactvault.testhub.OriginRequest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the OCI distribution specification 1.1 demands of a registry for pulls, one row for each demand. Each request is
 * sent three times: to a vault that has nothing, again, and through the listener and {@code ns}. All responses must
 * fulfil the demand, and be equal except for what differs each time.
 */
@Timeout(300)
class PullConformanceTest {
    private static final Set<String> DIFFERENT_EACH_TIME =
            Set.of("location", "date", "age", "x-request-id", "x-cache", "cache-status", "link");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path dir;

    private final TestRegistry registry = new TestRegistry();
    private final Content layer = Content.generated(100_000, 5);
    private final Content empty = Content.of("");
    private final Manifest index = Manifest.of(
            TestRegistry.OCI_INDEX,
            "{\"schemaVersion\":2,\"mediaType\":\"" + TestRegistry.OCI_INDEX + "\",\"manifests\":[]}");
    private final Manifest image = Manifest.of(TestRegistry.DOCKER_MANIFEST, "{ \"schemaVersion\": 2 }\n");
    private final List<String> tags = List.of("1.0", "1.1", "2.0", "3.0", "latest");

    @SuppressWarnings("NullAway.Init") // opened before each test
    private OciStage stage;

    @BeforeEach
    void open() throws Exception {
        registry.push("library/image", "latest", index);
        registry.push("library/image", "single", image);
        registry.pushBlob("library/image", layer);
        registry.pushBlob("library/image", empty);
        registry.lists.put(
                "library/image/referrers/" + index.digest(),
                "{\"schemaVersion\":2,\"mediaType\":\"" + TestRegistry.OCI_INDEX
                        + "\",\"manifests\":[{\"artifactType\":\"a/b\",\"size\":1},{\"artifactType\":\"c/d\",\"size\":2}]}");
        registry.lists.put(
                "library/image/referrers/" + index.digest() + "?artifactType=c%2Fd",
                registry.lists.getOrDefault("library/image/referrers/" + index.digest(), ""));
        registry.lists.put(
                "library/image/referrers/" + image.digest(),
                "{\"schemaVersion\":2,\"mediaType\":\"" + TestRegistry.OCI_INDEX + "\",\"manifests\":[]}");
        registry.fault = this::tagsOrWarning;
        stage = new OciStage(dir, registry);
    }

    @AfterEach
    void close() {
        stage.close();
        registry.close();
    }

    /** Tags as the specification defines them, and a warning with every manifest. */
    private boolean tagsOrWarning(OriginRequest request, OriginReply reply) throws IOException {
        if (!request.path().equals("/v2/library/image/tags/list")) {
            if (request.path().contains("/manifests/single")) {
                reply.field("Warning", "299 - \"this tag goes away\"");
            }
            return false;
        }
        String last = parameter(request, "last").orElse("");
        int most = parameter(request, "n").map(Integer::parseInt).orElse(tags.size());
        List<String> after =
                tags.stream().filter(tag -> tag.compareTo(last) > 0).toList();
        List<String> page = after.stream().limit(most).toList();
        if (page.size() < after.size() && most > 0) {
            reply.field(
                    "Link", "</v2/library/image/tags/list?last=" + page.getLast() + "&n=" + most + ">; rel=\"next\"");
        }
        reply.field("Content-Type", "application/json")
                .answer("{\"name\":\"library/image\",\"tags\":" + JSON.writeValueAsString(page) + "}");
        return true;
    }

    private static Optional<String> parameter(OriginRequest request, String name) {
        return List.of(request.query().split("&")).stream()
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> pair.substring(name.length() + 1))
                .findFirst();
    }

    private String filled(String text) {
        return text.replace("{index}", index.digest())
                .replace("{image}", image.digest())
                .replace("{layer}", "sha256:" + layer.sha256())
                .replace("{empty}", "sha256:" + empty.sha256())
                .replace("{absent}", "sha256:" + "0".repeat(64))
                .replace("{INDEX}", TestRegistry.OCI_INDEX)
                .replace("{IMAGE}", TestRegistry.DOCKER_MANIFEST);
    }

    /** {@code name: value; name: value}. */
    private List<String> fields(String text) {
        List<String> fields = new ArrayList<>();
        for (String line : filled(text).split(";; ", -1)) {
            int colon = line.indexOf(": ");
            if (colon > 0) {
                fields.add(line.substring(0, colon));
                fields.add(line.substring(colon + 2));
            }
        }
        return fields;
    }

    private HttpResponse<byte[]> send(int port, String method, String target, String fields) throws Exception {
        return stage.client.send(
                stage.request(port, method, target, fields(fields).toArray(String[]::new)), BodyHandlers.ofByteArray());
    }

    /** All three, in this order: cold, warm, and by other ways. */
    private List<HttpResponse<byte[]>> responses(String method, String below, String fields) throws Exception {
        String target = filled(below);
        String ns = target + (target.contains("?") ? "&" : "?") + "ns=docker.io";
        HttpResponse<byte[]> cold = send(stage.vault.port(), method, "/v2/hub/" + target, fields);
        stage.awaitQuiet();
        return List.of(
                cold,
                send(stage.vault.port(), method, "/v2/hub/" + target, fields),
                send(stage.ownPort(), method, "/v2/" + target, fields),
                send(stage.vault.port(), method, "/v2/" + ns, fields));
    }

    private static String head(HttpResponse<?> response) {
        TreeMap<String, List<String>> fields = new TreeMap<>(response.headers().map());
        fields.keySet().removeAll(DIFFERENT_EACH_TIME);
        return response.statusCode() + " " + fields;
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', ignoreLeadingAndTrailingWhitespace = true, textBlock = """
            a blob is 200, the exact bytes       | image/blobs/{layer}    | ``                   | 200 | Content-Type: application/octet-stream;; Content-Length: 100000;; Docker-Content-Digest: {layer};; Accept-Ranges: bytes;; ETag: "{layer}"
            a blob may be empty                  | image/blobs/{empty}    | ``                   | 200 | Content-Length: 0;; Docker-Content-Digest: {empty}
            a blob is never encoded              | image/blobs/{layer}    | Accept-Encoding: zstd, gzip, deflate | 200 | Content-Length: 100000;; Content-Encoding: -
            a manifest by tag has its type       | image/manifests/latest | Accept: {INDEX}      | 200 | Content-Type: {INDEX};; Docker-Content-Digest: {index};; ETag: "{index}"
            a manifest by digest is the same     | image/manifests/{index} | Accept: {INDEX}     | 200 | Content-Type: {INDEX};; Docker-Content-Digest: {index}
            a digest is served whatever Accept says | image/manifests/{index} | Accept: {IMAGE}  | 200 | Content-Type: {INDEX}
            any type of a manifest is passed     | image/manifests/single | Accept: {IMAGE}      | 200 | Content-Type: {IMAGE};; Docker-Content-Digest: {image}
            a warning is passed                  | image/manifests/single | Accept: {IMAGE}      | 200 | Warning: 299 - "this tag goes away"
            all lines of Accept count            | image/manifests/latest | Accept: {IMAGE};; Accept: {INDEX} | 200 | Content-Type: {INDEX}
            If-None-Match by digest              | image/manifests/latest | If-None-Match: "{index}" | 304 | ETag: "{index}"
            If-None-Match in a list              | image/manifests/{index} | If-None-Match: "x", W/"{index}" | 304 | ETag: "{index}"
            If-None-Match of another digest      | image/manifests/latest | If-None-Match: "{image}" | 200 | ETag: "{index}"
            If-None-Match of a blob              | image/blobs/{layer}    | If-None-Match: "{layer}" | 304 | ETag: "{layer}"
            If-Match of another digest           | image/blobs/{layer}    | If-Match: "x"        | 412 | Content-Type: application/json
            a range                              | image/blobs/{layer}    | Range: bytes=10-19   | 206 | Content-Range: bytes 10-19/100000;; Content-Length: 10;; Docker-Content-Digest: {layer}
            a range without an end               | image/blobs/{layer}    | Range: bytes=99990-  | 206 | Content-Range: bytes 99990-99999/100000;; Content-Length: 10
            the last bytes                       | image/blobs/{layer}    | Range: bytes=-7      | 206 | Content-Range: bytes 99993-99999/100000
            a range beyond the end               | image/blobs/{layer}    | Range: bytes=99990-200000 | 206 | Content-Range: bytes 99990-99999/100000
            several ranges                       | image/blobs/{layer}    | Range: bytes=0-9,50-59,99990-99999 | 206 | Content-Type: ~multipart/byteranges; boundary=
            a range of nothing                   | image/blobs/{layer}    | Range: bytes=100000- | 416 | Content-Range: bytes */100000;; Content-Length: 0
            a range that is none                 | image/blobs/{layer}    | Range: bytes=x-y     | 200 | Content-Length: 100000
            a range of other units               | image/blobs/{layer}    | Range: lines=1-2     | 200 | Content-Length: 100000
            If-Range by digest                   | image/blobs/{layer}    | Range: bytes=0-9;; If-Range: "{layer}" | 206 | Content-Length: 10
            If-Range of another digest           | image/blobs/{layer}    | Range: bytes=0-9;; If-Range: "x" | 200 | Content-Length: 100000
            tags are listed                      | image/tags/list        | ``                   | 200 | Content-Type: application/json
            a list of referrers has its type     | image/referrers/{index} | ``                  | 200 | Content-Type: {INDEX};; OCI-Filters-Applied: -
            a list of referrers may be empty     | image/referrers/{image} | ``                  | 200 | Content-Type: {INDEX}
            a filter of referrers is stated      | image/referrers/{index}?artifactType=c%2Fd | `` | 200 | Content-Type: {INDEX};; OCI-Filters-Applied: artifactType
            """)
    void whatIsThereIsServed(String demand, String below, String request, int status, String expected)
            throws Exception {
        List<HttpResponse<byte[]>> all = responses("GET", below, request);

        for (HttpResponse<byte[]> response : all) {
            assertThat(response.statusCode()).as(demand).isEqualTo(status);
            expectFields(response, expected);
            assertThat(field(response, "Content-Length")).isIn("", Integer.toString(response.body().length));
            if (!field(response, "Content-Type").startsWith("multipart")) {
                assertThat(head(response)).isEqualTo(head(all.getFirst()));
                assertThat(response.body()).isEqualTo(all.getFirst().body());
            }
        }
        if (status == 200 && below.contains("/blobs/")) {
            assertThat(all.getFirst().body()).isEqualTo(below.contains("empty") ? empty.bytes() : layer.bytes());
        }
        if (status == 200 && below.contains("/manifests/")) {
            assertThat(all.getFirst().body()).isEqualTo(below.contains("single") ? image.bytes() : index.bytes());
        }
    }

    private void expectFields(HttpResponse<byte[]> response, String expected) {
        List<String> fields = fields(expected);
        for (int i = 0; i < fields.size(); i += 2) {
            String value = fields.get(i + 1);
            String found = field(response, fields.get(i));
            if (value.startsWith("~")) {
                assertThat(found).as(fields.get(i)).startsWith(value.substring(1));
            } else {
                assertThat(found).as(fields.get(i)).isEqualTo(value.equals("-") ? "" : value);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            image/blobs/{layer}     | ``
            image/blobs/{empty}     | ``
            image/blobs/{layer}     | Accept-Encoding: gzip
            image/blobs/{layer}     | If-None-Match: "{layer}"
            image/blobs/{absent}    | ``
            image/manifests/latest  | Accept: {INDEX}
            image/manifests/{index} | ``
            image/manifests/single  | Accept: {IMAGE}
            image/manifests/latest  | If-None-Match: "{index}"
            image/manifests/absent  | ``
            image/manifests/{absent} | ``
            image/tags/list         | ``
            image/tags/list?n=2     | ``
            image/referrers/{index} | ``
            Image/manifests/latest  | ``
            image/blobs/latest      | ``
            _catalog                | ``
            """)
    void headIsGetWithoutTheBody(String below, String request) throws Exception {
        List<HttpResponse<byte[]>> heads = new ArrayList<>(responses("HEAD", below, request));
        HttpResponse<byte[]> get = responses("GET", below, request).getFirst();
        heads.addAll(responses("HEAD", below, request));

        for (HttpResponse<byte[]> head : heads) {
            assertThat(head.body()).isEmpty();
            assertThat(head(head)).isEqualTo(head(get));
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            a blob that the repository does not have | GET    | image/blobs/{absent}      | 404 | BLOB_UNKNOWN
            a blob of another repository             | GET    | other/blobs/{layer}       | 404 | BLOB_UNKNOWN
            a tag that does not exist                | GET    | image/manifests/absent    | 404 | MANIFEST_UNKNOWN
            a manifest that does not exist           | GET    | image/manifests/{absent}  | 404 | MANIFEST_UNKNOWN
            a manifest of another repository         | GET    | other/manifests/{index}   | 404 | MANIFEST_UNKNOWN
            a blob is no manifest                    | GET    | image/manifests/{layer}   | 404 | MANIFEST_UNKNOWN
            a manifest is no blob here               | GET    | image/blobs/{index}       | 404 | BLOB_UNKNOWN
            tags of an unknown repository            | GET    | other/tags/list           | 404 | NAME_UNKNOWN
            referrers that the registry has not      | GET    | other/referrers/{index}   | 404 | MANIFEST_UNKNOWN
            referrers of no digest                   | GET    | image/referrers/latest    | 400 | DIGEST_INVALID
            a digest that is none                    | GET    | image/blobs/sha256:0      | 400 | DIGEST_INVALID
            a name that is none                      | GET    | Image/blobs/{layer}       | 400 | NAME_INVALID
            a push of a manifest                     | PUT    | image/manifests/latest    | 405 | UNSUPPORTED
            a push of a blob                         | POST   | image/blobs/uploads/      | 405 | UNSUPPORTED
            a deletion                               | DELETE | image/manifests/{index}   | 405 | UNSUPPORTED
            """)
    void errorsHaveTheirStatusAndCode(String demand, String method, String below, int status, String code)
            throws Exception {
        for (HttpResponse<byte[]> response : responses(method, below, "")) {
            assertThat(response.statusCode()).as(demand).isEqualTo(status);
            assertThat(field(response, "Content-Type")).isEqualTo("application/json");
            JsonNode errors = JSON.readTree(response.body()).get("errors");
            assertThat(errors).hasSize(1);
            assertThat(errors.get(0).get("code").asText()).isEqualTo(code);
            assertThat(errors.get(0).get("message").asText()).endsWith(".").doesNotContain("upstream's own");
            if (status == 405) {
                assertThat(field(response, "Allow")).isEqualTo("GET, HEAD");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``              | 1.0 1.1 2.0 3.0 latest | ``
            ?n=2            | 1.0 1.1                | ?n=2&last=1.1
            ?n=2&last=1.1   | 2.0 3.0                | ?n=2&last=3.0
            ?last=2.0       | 3.0 latest             | ``
            ?n=5            | 1.0 1.1 2.0 3.0 latest | ``
            ?n=0            | ``                     | ``
            ?last=zzz       | ``                     | ``
            ?n=5000         | 1.0 1.1 2.0 3.0 latest | ``
            """)
    void tagsComeInPagesWithALinkToTheNext(String query, String expected, String next) throws Exception {
        String target = "image/tags/list" + query;
        List<String> prefixes = List.of("/v2/hub/", "/v2/hub/", "/v2/", "/v2/");
        List<String> names = List.of("", "", "", "&ns=docker.io");
        List<HttpResponse<byte[]>> all = responses("GET", target, "");

        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i).statusCode()).isEqualTo(200);
            List<String> found = new ArrayList<>();
            JSON.readTree(all.get(i).body()).get("tags").forEach(tag -> found.add(tag.asText()));
            assertThat(String.join(" ", found)).isEqualTo(expected);
            String link = next.isEmpty()
                    ? ""
                    : "<" + prefixes.get(i) + "image/tags/list" + next + names.get(i) + ">; rel=\"next\"";
            assertThat(field(all.get(i), "Link")).isEqualTo(link);
        }
        assertThat(registry.requests()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                     | 2
            ?artifactType=c%2Fd    | 1
            ?artifactType=c/d      | 1
            ?artifactType=         | 2
            """)
    void referrersAreFilteredByTheirType(String query, int count) throws Exception {
        for (HttpResponse<byte[]> response : responses("GET", "image/referrers/{index}" + query, "")) {
            JsonNode list = JSON.readTree(response.body());
            assertThat(list.get("mediaType").asText()).isEqualTo(TestRegistry.OCI_INDEX);
            assertThat(list.get("manifests")).hasSize(count);
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void severalRangesAreInOneBody(boolean warm) throws Exception {
        if (warm) {
            stage.get(filled("/v2/hub/image/blobs/{layer}"));
        }
        HttpResponse<byte[]> response =
                stage.get(filled("/v2/hub/image/blobs/{layer}"), "Range", "bytes=0-99,50000-50099,-100");

        assertThat(response.statusCode()).isEqualTo(206);
        String body = new String(response.body(), StandardCharsets.ISO_8859_1);
        for (long offset : new long[] {0, 50_000, 99_900}) {
            String bytes = new String(layer.bytes(offset, 100), StandardCharsets.ISO_8859_1);
            assertThat(body).contains("Content-Range: bytes " + offset + "-" + (offset + 99) + "/100000\r\n");
            assertThat(body).contains("\r\n\r\n" + bytes + "\r\n--");
        }
        assertThat(registry.storage.contentBytesSent()).isLessThanOrEqualTo(layer.length());
    }

    @ParameterizedTest
    @CsvSource({"/v2/", "/v2", "/v2/?ns=docker.io", "/v2/hub/"})
    void theInterfaceHasARoot(String target) throws Exception {
        for (String method : List.of("GET", "HEAD")) {
            HttpResponse<byte[]> response = stage.send(method, target);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(field(response, "Docker-Distribution-Api-Version")).isEqualTo("registry/2.0");
            assertThat(text(response)).isEqualTo(method.equals("GET") ? "{}" : "");
        }
    }
}
