package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.StandardSet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** For callers without a token the server's own goes out with a closed list of reads, and with nothing else. */
class ServerTokenTest extends HubStory {
    private static final List<String> READS = List.of(
            "acme/gated/resolve/main/only-here.bin",
            "acme/gated/raw/main/README.md",
            "datasets/acme/ds/resolve/main/README.md",
            "api/models/acme/gated",
            "api/models/acme/gated/revision/main",
            "api/models/acme/gated/tree/main",
            "api/models/acme/gated/refs",
            "api/models/acme/gated/commits/main",
            "api/models/acme/gated/treesize/main/x",
            "api/models/acme/gated/auth-check",
            "api/models/acme/gated/discussions",
            "api/models/acme/gated/scan",
            "api/datasets/acme/ds/parquet",
            "api/datasets/acme/ds/croissant",
            "api/models",
            "v2/acme/quant/manifests/latest",
            "v2/acme/quant/blobs/sha256:" + "0".repeat(64),
            "buckets/acme/bulk/resolve/x",
            "acme/gated.git/info/refs?service=git-upload-pack",
            "acme/gated/info/refs?service=git-upload-pack");

    private static final List<String> PERSONAL = List.of(
            "api/whoami-v2",
            "api/models/acme/tiny/jwt",
            "api/models/acme/tiny/settings",
            "api/models/acme/tiny/xet-write-token/main",
            "api/models/acme/tiny/lfs-files",
            "api/models/acme/tiny/notebook",
            "api/spaces/acme/app/runtime",
            "api/spaces/acme/app/secrets",
            "api/settings/webhooks",
            "api/notifications",
            "api/organizations/acme/members",
            "api/buckets/acme/bulk/xet-write-token",
            "api/unheard-of",
            "api/models/..%2F..%2Fwhoami-v2",
            "api/models/acme%2Fgated",
            "api/models/acme/..%2F..%2Fwhoami-v2/tree/main",
            "acme/tiny/resolve/main/..%2F..%2F..%2F..%2Fsettings",
            "settings/tokens",
            "settings/git-upload-pack",
            "api/settings/git-upload-pack",
            "api/models/acme/tiny/git-upload-pack",
            "buckets/acme/bulk",
            "buckets/acme/bulk/settings/x/y",
            "acme/tiny/info/refs?service=git-receive-pack",
            "acme/tiny/info/refs?service=git-upload-pack&service=git-receive-pack",
            "acme/tiny/info/refs",
            "acme/tiny");

    @Override
    Stage<byte[]> setUp(Stage<byte[]> usual) {
        return usual.hub(hub -> hub.tokenForAnonymous(StandardSet.ALICE_TOKEN))
                .hub(settings -> settings.datasetsServer(Optional.of(URI.create(hub.base() + "/_viewer"))));
    }

    static Stream<String> reads() {
        return READS.stream();
    }

    static Stream<String> personal() {
        return PERSONAL.stream();
    }

    private List<OriginRequest> ask(String method, String below, String type, String... fields) throws Exception {
        hub.reset();
        HttpRequest.Builder request = HttpRequest.newBuilder(stage.uri("/huggingface/" + below))
                .timeout(Stage.PATIENCE)
                .method(
                        method,
                        type.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(content(type)));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        if (fields.length > 0) {
            request.headers(fields);
        }
        stage.client().send(request.build(), BodyHandlers.ofByteArray());
        stage.awaitQuiet();
        return new ArrayList<>(hub.requests());
    }

    private static String content(String type) {
        return switch (type.replace("; charset=utf-8", "")) {
            case "application/vnd.git-lfs+json" -> "{\"operation\":\"download\",\"objects\":[]}";
            case "application/json" -> "{\"paths\":[\"README.md\"]}";
            default -> "paths=README.md";
        };
    }

    private static boolean withToken(OriginRequest request) {
        return request.field("Authorization").isPresent();
    }

    private void expectWithout(List<OriginRequest> asked) {
        assertThat(asked).noneMatch(ServerTokenTest::withToken);
    }

    @ParameterizedTest
    @MethodSource("reads")
    void aReadOfARepositoryCarriesTheToken(String below) throws Exception {
        assertThat(ask("GET", below, "")).anyMatch(ServerTokenTest::withToken);
    }

    @ParameterizedTest
    @MethodSource({"reads", "personal"})
    void noOtherMethodCarriesTheToken(String below) throws Exception {
        for (String method : List.of("PUT", "PATCH", "DELETE", "POST")) {
            expectWithout(ask(method, below, ""));
            expectWithout(ask(method, below, "application/json"));
        }
    }

    @ParameterizedTest
    @MethodSource("personal")
    void noOtherRequestCarriesTheToken(String below) throws Exception {
        expectWithout(ask("GET", below, ""));
        expectWithout(ask("HEAD", below, ""));
    }

    @ParameterizedTest
    @CsvSource({
        "acme/gated.git/git-upload-pack,application/x-git-upload-pack-request",
        "acme/gated.git/info/lfs/objects/batch,application/vnd.git-lfs+json",
        "acme/gated.git/info/lfs/objects/batch,application/vnd.git-lfs+json; charset=utf-8",
        "api/models/acme/gated/paths-info/main,application/json",
        "api/models/acme/gated/paths-info/main,application/x-www-form-urlencoded"
    })
    void aReadByPostCarriesTheToken(String below, String type) throws Exception {
        assertThat(ask("POST", below, type)).anyMatch(ServerTokenTest::withToken);
        for (String method : List.of("PUT", "PATCH", "DELETE")) {
            expectWithout(ask(method, below, type));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api/settings/git-upload-pack",
                "acme/tiny/tree/git-upload-pack",
                "x/y/z/git-upload-pack",
                "acme/gated.git/git-receive-pack"
            })
    void aPathThatOnlyEndsLikeAFetchDoesNotCarryTheToken(String below) throws Exception {
        expectWithout(ask("POST", below, "application/x-git-upload-pack-request"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"})
    void aMethodOverrideDoesNotCarryTheToken(String field) throws Exception {
        for (String below : READS) {
            expectWithout(ask("GET", below, "", field, "DELETE"));
        }
        expectWithout(ask("POST", "api/models/acme/gated/paths-info/main", "application/json", field, "DELETE"));
        expectWithout(ask("GET", "api/models/acme/gated?_method=DELETE", ""));
        expectWithout(ask("GET", "api/models/acme/gated?%5Fmethod=DELETE", ""));
    }

    @Test
    void anUploadByLfsDoesNotCarryTheToken() throws Exception {
        hub.reset();
        HttpRequest upload = HttpRequest.newBuilder(stage.uri("/huggingface/acme/gated.git/info/lfs/objects/batch"))
                .header("Content-Type", "application/vnd.git-lfs+json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"operation\":\"upload\",\"objects\":[]}"))
                .build();
        stage.client().send(upload, BodyHandlers.ofByteArray());
        expectWithout(hub.requests());
    }

    @Test
    void aMalformedFormDoesNotCarryTheToken() throws Exception {
        hub.reset();
        HttpRequest form = HttpRequest.newBuilder(stage.uri("/huggingface/api/models/acme/gated/paths-info/main"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("_method=DELETE"))
                .build();
        stage.client().send(form, BodyHandlers.ofByteArray());
        expectWithout(hub.requests());
    }

    @Test
    void onlyReadsOfTheDatasetViewerCarryTheToken() throws Exception {
        atViewer("GET", "parquet?dataset=acme/ds");
        assertThat(hub.requests()).hasSize(1).allMatch(ServerTokenTest::withToken);
        hub.reset();
        for (String method : List.of("DELETE", "PUT", "PATCH")) {
            atViewer(method, "parquet?dataset=acme/ds");
        }
        atViewer("GET", "admin/force-refresh");
        expectWithout(hub.requests());
    }

    private void atViewer(String method, String below) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), stage.vault().port())) {
            String request = method + " /huggingface/" + below
                    + " HTTP/1.1\r\nHost: datasets-server.localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        }
    }

    @Test
    void aCallersOwnTokenIsAlwaysForwarded() throws Exception {
        String bob = "Bearer " + StandardSet.BOB_TOKEN;
        assertThat(ask("GET", "api/whoami-v2", "", "Authorization", bob))
                .allMatch(request -> request.field("Authorization").orElse("").equals(bob));
    }
}
