package io.artifactvault.backend.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PassResourceTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "Authorization",
                "Cookie",
                "Content-Length",
                "Expect",
                "Forwarded",
                "Via",
                "X-Forwarded-For",
                "X-Forwarded-Host",
                "X-Forwarded-Proto",
                "X-Forwarded-Prefix",
                "X-Real-IP",
                "X-Host",
                "X-Original-URL",
                "X-Rewrite-URL",
                "X-HTTP-Method-Override",
                "X_Forwarded_Host",
                "Connection",
                "Transfer-Encoding",
                "Keep-Alive",
                "TE",
                "Upgrade",
                "Proxy-Authorization"
            })
    void fieldsForTheVaultAloneAreNotForwarded(String name) {
        assertThat(forwarded("api/whoami-v2", name, "x").has(name)).isFalse();
    }

    @Test
    void fieldsThatConnectionListsAreNotForwarded() {
        assertThat(forwarded("api/whoami-v2", "Connection", "X-Hop", "X-Hop", "1")
                        .has("X-Hop"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "User-Agent",
                "X-HF-Bill-To",
                "Content-Type",
                "Range",
                "If-None-Match",
                "Git-Protocol",
                "Accept-Encoding"
            })
    void everythingElseIsForwarded(String name) {
        assertThat(forwarded("api/whoami-v2", name, "x").all(name)).containsExactly("x");
    }

    @Test
    void theXetFileInfoTypeIsNotRequested() {
        String type = "application/vnd.xet-fileinfo+json";

        assertThat(forwarded("acme/tiny/blob/main/x", "Accept", type + ", */*").all("Accept"))
                .containsExactly("*/*");
        assertThat(forwarded("acme/tiny/blob/main/x", "Accept", "*/*", "Accept", type)
                        .all("Accept"))
                .containsExactly("*/*");
        assertThat(forwarded("acme/tiny/blob/main/x", "Accept", "Application/VND.Xet-FileInfo+JSON")
                        .all("Accept"))
                .containsExactly("*/*");
        assertThat(forwarded("buckets/a/b/resolve/x", "Accept", type).all("Accept"))
                .containsExactly(type);
        assertThat(forwarded("v2/a/b/manifests/x", "Accept", "application/json", "Accept", "text/plain")
                        .all("Accept"))
                .containsExactly("application/json", "text/plain");
    }

    @Test
    void aBodyThatWillBeEditedIsRequestedUnencoded() {
        assertThat(forwarded("api/models", "Accept-Encoding", "gzip").all("Accept-Encoding"))
                .containsExactly("identity");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            api/models?search=bert&limit=5,          https://huggingface.co/api/models?search=bert&limit=5
            //api//whoami-v2,                        https://huggingface.co/api/whoami-v2
            acme%2Ftiny/resolve/main/x,              https://huggingface.co/acme%2Ftiny/resolve/main/x
            acme/tiny.git/info/refs?service=a,       https://huggingface.co/acme/tiny.git/info/refs?service=a
            '',                                      https://huggingface.co/
            'api/models?expand[]=a&q=a|b^c',         https://huggingface.co/api/models?expand%5B%5D=a&q=a%7Cb%5Ec
            """)
    void upstreamGetsThePathBelowTheMount(String below, String uri) {
        assertThat(pass(below).upstream().uri()).hasToString(uri);
    }

    @Test
    void theTitleHasNoQuery() {
        assertThat(pass("api/models?token=secret").title()).isEqualTo("/api/models");
    }

    @Test
    void redirectsAreFollowedInternally() {
        Resource pass = pass("api/whoami-v2");

        assertThat(pass.judge(List.of(Hubs.hub(302, "Location", "/x")))).isEqualTo(new Verdict.Follow());
        assertThat(pass.judge(List.of(Hubs.hub(500)))).isInstanceOf(Verdict.Content.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Location",
                "Set-Cookie",
                "X-Xet-Hash",
                "X-Xet-Cas-Url",
                "X-Xet-Access-Token",
                "Strict-Transport-Security",
                "Connection",
                "Transfer-Encoding",
                "Server",
                "X-Cache"
            })
    void internalFieldsOfTheHubDoNotReachClients(String name) {
        assertThat(present(name, "x").has(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type",
                "Content-Encoding",
                "Content-Range",
                "ETag",
                "X-Error-Code",
                "X-Error-Message",
                "WWW-Authenticate",
                "RateLimit",
                "Docker-Content-Digest",
                "X-Request-Id"
            })
    void fieldsThatAClientNeedsReachIt(String name) {
        assertThat(present(name, "x").first(name)).contains("x");
    }

    @Test
    void linksPointToTheVaultAndXetLinksAreRemoved() {
        assertThat(present(
                                "Link",
                                "<https://huggingface.co/api/models?cursor=a>; rel=\"next\"",
                                "Link",
                                "<https://huggingface.co/t>; rel=\"xet-auth\"")
                        .all("Link"))
                .containsExactly("<http://vault:8080/huggingface/api/models?cursor=a>; rel=\"next\"");
    }

    @Test
    void onlyJsonOfRepositoriesIsEdited() {
        Fields json = Fields.of("Content-Type", "application/json; charset=utf-8");

        assertThat(pass("api/models").edit(json)).isPresent();
        assertThat(pass("api/models").edit(Fields.of("Content-Type", "text/html")))
                .isEmpty();
        assertThat(pass("api/models/acme/tiny/auth-check").edit(json)).isPresent();
        assertThat(pass("api/whoami-v2").edit(json)).isEmpty();
    }

    private static Resource pass(String below, String... fields) {
        Request request = Hubs.request("POST", below, fields);
        return Hubs.resource(new HuggingFaceBackend(Hubs.settings(), InstantSource.system()), request);
    }

    private static Fields forwarded(String below, String... fields) {
        return pass(below, fields).upstream().fields();
    }

    private static Fields present(String... received) {
        Request request = Hubs.request("POST", "api/models");
        return pass("api/models").present(Fields.of(received), request);
    }
}
