package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.HubFile;
import io.artifactvault.testhub.StandardSet;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A link that the vault has signed gives one object, by reading, until it ends, and nothing else. */
class SignedLinksTest extends HubStory {
    private static final String ALICE = "Bearer " + StandardSet.ALICE_TOKEN;

    private HubFile secret;

    /** Which client's links. */
    enum Kind {
        LFS(Duration.ofMinutes(5)),
        LAYER(Duration.ofHours(1));

        private final Duration life;

        Kind(Duration life) {
            this.life = life;
        }
    }

    @Override
    Stage<byte[]> setUp(Stage<byte[]> usual) {
        return usual.mountedAt("/");
    }

    @BeforeEach
    void choose() {
        secret = hub.repo("models", "acme/gated").at("only-here.bin");
    }

    private URI link(Kind kind) throws Exception {
        return switch (kind) {
            case LFS -> lfs();
            case LAYER -> layer();
        };
    }

    private URI lfs() throws Exception {
        String question = "{\"operation\":\"download\",\"transfers\":[\"basic\"],\"objects\":[{\"oid\":\""
                + secret.content().sha256() + "\",\"size\":" + secret.size() + "}]}";
        HttpRequest batch = HttpRequest.newBuilder(stage.uri("/acme/gated.git/info/lfs/objects/batch"))
                .timeout(Stage.PATIENCE)
                .header("Content-Type", "application/vnd.git-lfs+json")
                .header("Authorization", ALICE)
                .POST(BodyPublishers.ofString(question))
                .build();
        HttpResponse<byte[]> answer = stage.client().send(batch, BodyHandlers.ofByteArray());
        return URI.create(new ObjectMapper()
                .readTree(answer.body())
                .at("/objects/0/actions/download/href")
                .asText());
    }

    private URI layer() throws Exception {
        HttpRequest get = HttpRequest.newBuilder(stage.uri(
                        "/v2/acme/gated/blobs/sha256:" + secret.content().sha256()))
                .timeout(Stage.PATIENCE)
                .header("Authorization", ALICE)
                .build();
        HttpResponse<byte[]> answer = stage.client().send(get, BodyHandlers.ofByteArray());
        return get.uri().resolve(answer.headers().firstValue("location").orElseThrow());
    }

    private HttpResponse<byte[]> send(String method, URI uri) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(Stage.PATIENCE)
                .method(method, method.equals("PUT") ? BodyPublishers.ofString("x") : BodyPublishers.noBody())
                .build();
        return stage.client().send(request, BodyHandlers.ofByteArray());
    }

    private void assertRefused(String link) throws Exception {
        HttpResponse<byte[]> answer = send("GET", URI.create(link));
        assertThat(answer.statusCode()).as(link).isGreaterThanOrEqualTo(400);
        assertThat(answer.body()).as(link).isNotEqualTo(secret.content().bytes());
    }

    @ParameterizedTest
    @EnumSource
    void aLinkServesItsObjectUntilItExpires(Kind kind) throws Exception {
        URI link = link(kind);
        stage.clock.advance(kind.life.minusSeconds(2));
        assertThat(send("GET", link).body()).isEqualTo(secret.content().bytes());
        assertThat(send("HEAD", link).statusCode()).isEqualTo(200);
        stage.awaitQuiet();
        hub.reset();
        stage.clock.advance(Duration.ofSeconds(2));
        assertThat(send("GET", link).statusCode()).isEqualTo(403);
        assertThat(send("HEAD", link).statusCode()).isEqualTo(403);
        assertThat(hub.requests()).as("asked for a link that has ended").isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aLinkIsNotValidForAnotherPath(Kind kind) throws Exception {
        String link = link(kind).toString();
        String query = link.substring(link.indexOf('?'));
        String other = hub.repo("models", "acme/tiny")
                .at("model.safetensors")
                .content()
                .sha256();
        assertRefused(link.replace(secret.content().sha256(), other));
        assertRefused(link.replace("acme/gated", "acme/tiny"));
        assertRefused(link.replace("acme/gated", "acme/private"));
        for (String path : List.of(
                "/acme/gated/resolve/main/only-here.bin",
                "/acme/gated/raw/main/only-here.bin",
                "/v2/acme/gated/manifests/latest",
                "/_lfs/models/acme/gated/" + "0".repeat(64),
                "/v2/acme/gated/blobs/sha256:" + "0".repeat(64))) {
            assertRefused(stage.uri(path) + query);
        }
    }

    /** The link of one kind is none of the other. */
    @ParameterizedTest
    @EnumSource
    void aLinkIsNotValidForTheOtherKind(Kind kind) throws Exception {
        String own = link(kind).toString();
        String theirs = link(kind == Kind.LFS ? Kind.LAYER : Kind.LFS).toString();
        assertRefused(theirs.substring(0, theirs.indexOf('?')) + own.substring(own.indexOf('?')));
    }

    @ParameterizedTest
    @EnumSource
    void aLinkAllowsOnlyReads(Kind kind) throws Exception {
        URI link = link(kind);
        stage.awaitQuiet();
        hub.reset();
        for (String method : List.of("POST", "PUT", "PATCH", "DELETE")) {
            HttpResponse<byte[]> answer = send(method, link);
            assertThat(answer.statusCode()).as(method).isEqualTo(405);
            assertThat(answer.headers().firstValue("allow")).as(method).hasValue("GET, HEAD");
        }
        assertThat(hub.requests(Asked.hub())).as("links that reached the Hub").isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void noCharacterOfALinkMayBeChanged(Kind kind) throws Exception {
        String link = link(kind).toString();
        assertThat(send("GET", URI.create(link)).statusCode()).isEqualTo(200);
        for (int at = link.indexOf('?') + 1; at < link.length(); at++) {
            for (char other : new char[] {'A', 'B', '0', '1'}) {
                if (link.charAt(at) != other) {
                    assertRefused(link.substring(0, at) + other + link.substring(at + 1));
                }
            }
        }
        assertRefused(link + "A");
        assertRefused(link + "=");
        assertRefused(link.substring(0, link.length() - 1));
    }

    /** The last character of a sealed link holds bits that decoders ignore. */
    @ParameterizedTest
    @EnumSource
    void noOtherSpellingOfALinkIsTaken(Kind kind) throws Exception {
        String link = link(kind).toString();
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int end = link.contains("&signature=") ? link.indexOf("&signature=") : link.length();
        for (int i = 0; i < alphabet.length(); i++) {
            char other = alphabet.charAt(i);
            if (link.charAt(end - 1) != other) {
                assertRefused(link.substring(0, end - 1) + other + link.substring(end));
            }
        }
        if (kind == Kind.LFS) {
            assertRefused(link.replace("size=", "size=0"));
            assertRefused(link.replace("size=", "size=%2B"));
            assertRefused(link.replace("until=", "until=0"));
            assertRefused(link + "&size=1");
        }
    }
}
