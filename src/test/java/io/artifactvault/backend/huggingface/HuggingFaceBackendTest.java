package io.artifactvault.backend.huggingface;

import static io.artifactvault.backend.huggingface.Hubs.COMMIT;
import static io.artifactvault.backend.huggingface.Hubs.request;
import static io.artifactvault.backend.huggingface.Hubs.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Resolution;
import io.artifactvault.backend.Resource;
import io.artifactvault.http.Credential;
import io.artifactvault.http.UserAgent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HuggingFaceBackendTest {
    private static final Credential SERVER = Credential.bearer("hf_server");
    private final HuggingFaceBackend backend = new HuggingFaceBackend(Hubs.settings(), InstantSource.system());

    @ParameterizedTest
    @CsvSource({"hub.local, true", "datasets-server.hub.local, true", "other.local, false", "datasets-server., false"})
    void theDatasetViewerIsFoundAtTheHostsOfTheHub(String host, boolean named) {
        var settings = Hubs.settings(Hubs.BASE, Optional.empty(), false, List.of("hub.local"));

        assertThat(new HuggingFaceBackend(settings, InstantSource.system()).isNamed(host))
                .isEqualTo(named);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            GET,  acme/tiny/resolve/main/config.json,      true
            HEAD, acme/tiny/resolve/main/config.json,      true
            GET,  acme/tiny/raw/main/config.json,          true
            GET,  api/models/acme/tiny,                    true
            HEAD, api/models/acme/tiny,                    true
            GET,  api/models/acme/tiny/revision/main,      true
            GET,  api/models/acme/tiny/tree/main,          true
            GET,  api/models/acme/tiny/refs,               true
            GET,  api/models/acme/tiny/commits/main,       true
            GET,  api/models/acme/tiny/treesize/main/a,    true
            DELETE, api/models/acme/tiny/branch/x,         false
            GET,  api/models/acme/tiny/auth-check,         false
            GET,  api/models/acme/tiny/xet-write-token/a,  false
            GET,  api/models/acme/tiny/unheard-of,         false
            GET,  api/models,                              true
            GET,  api/models?search=x,                     true
            POST, api/models,                              false
            GET,  api/whoami-v2,                           false
            GET,  acme/tiny,                               false
            GET,  acme/tiny.git/info/refs,                 false
            GET,  v2/acme/tiny/manifests/latest,           true
            PUT,  v2/acme/tiny/manifests/latest,           false
            GET,  buckets/acme/bulk/resolve/a,             false
            GET,  api/resolve-cache/models/a/b/main/x,     false
            """)
    void filesAndRepositoryJsonAreCachedAndOtherResourcesPassThrough(String method, String below, boolean storable) {
        assertThat(resource(backend, request(method, below)).isStorable()).isEqualTo(storable);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            GET,  api/models/acme/tiny/xet-read-token/main, 404
            GET,  api/agent-harnesses,                      200
            POST, api/telemetry/x/y,                        204
            HEAD, api/telemetry/x/y,                        204
            POST, acme/tiny/resolve/main/config.json,       405
            PUT,  acme/tiny/raw/main/config.json,           405
            """)
    void someRequestsNeedNoUpstream(String method, String below, int status) {
        assertThat(backend.resolve(request(method, below)))
                .asInstanceOf(type(Resolution.Local.class))
                .extracting(Resolution.Local::status)
                .isEqualTo(status);
    }

    @Test
    void theMissingXetTokenIsExplainedInJson() {
        Resolution.Local local =
                (Resolution.Local) backend.resolve(request("GET", "api/models/a/b/xet-read-token/main"));

        assertThat(new String(local.body(), StandardCharsets.UTF_8)).startsWith("{\"error\":\"");
        assertThat(local.fields().first("Content-Type")).contains("application/json; charset=utf-8");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            acme/tiny/resolve/main/config.json?download=true,     acme/tiny/resolve/main/config.json
            gpt2/resolve/main/config.json,                        gpt2/resolve/main/config.json
            //datasets/acme/set/resolve/main//a.json,             datasets/acme/set/resolve/main/a.json
            acme/tiny/resolve/refs/pr/1/config.json,              acme/tiny/resolve/refs%2Fpr%2F1/config.json
            acme/tiny/resolve/refs%2fpr%2f1/config.json,          acme/tiny/resolve/refs%2Fpr%2F1/config.json
            acme/tiny/resolve/feature%2Fx/config.json,            acme/tiny/resolve/feature%2Fx/config.json
            acme/tiny/resolve/main/a%20b%3f%23%25.txt,            acme/tiny/resolve/main/a%20b%3F%23%25.txt
            'acme/tiny/resolve/main/[x]{y}|^.txt',                acme/tiny/resolve/main/%5Bx%5D%7By%7D%7C%5E.txt
            acme/tiny/resolve/main/a+b&c=d;e@f:g!h$i'j(k)*.txt,   acme/tiny/resolve/main/a+b&c=d;e@f:g!h$i'j(k)*.txt
            acme/tiny/resolve/main/%C3%A9.txt,                    acme/tiny/resolve/main/%C3%A9.txt
            acme/tiny/raw/main/model.bin,                         acme/tiny/raw/main/model.bin
            spaces/acme/demo/raw/main/app.py,                     spaces/acme/demo/raw/main/app.py
            """)
    void filesAreAskedForByTheirCanonicalName(String below, String upstream) {
        assertThat(Hubs.resource(below).upstream().uri()).hasToString(Hubs.BASE + "/" + upstream);
    }

    @Test
    void aResolveCachePathIsRequestedAsItsFile() {
        assertThat(Hubs.resource("api/resolve-cache/datasets/acme/set/" + COMMIT + "/a.json?x=1")
                        .upstream()
                        .uri())
                .hasToString(Hubs.BASE + "/datasets/acme/set/resolve/" + COMMIT + "/a.json");
    }

    @Test
    void thePathOfTheBaseUrlPrecedesTheTarget() {
        HuggingFaceBackend mirrored = new HuggingFaceBackend(
                Hubs.settings("http://mirror:81/hub", Optional.empty(), false), InstantSource.system());

        assertThat(resource(mirrored, request("GET", "gpt2/resolve/main/x"))
                        .upstream()
                        .uri())
                .hasToString("http://mirror:81/hub/gpt2/resolve/main/x");
    }

    @Test
    void aSpellingOfTheSameFileHasTheSameKey() {
        String key = Hubs.resource("acme/tiny/resolve/refs%2Fpr%2F1/a%20b").key();

        assertThat(Hubs.resource("acme/tiny/resolve/refs/pr/1/a%20b?download=true")
                        .key())
                .isEqualTo(key);
        assertThat(Hubs.resource("/acme//tiny/resolve/refs%2fpr%2f1/%61%20b").key())
                .isEqualTo(key);
        assertThat(Hubs.resource("acme/tiny/raw/refs%2Fpr%2F1/a%20b").key()).isNotEqualTo(key);
        assertThat(Hubs.resource("datasets/acme/tiny/resolve/refs%2Fpr%2F1/a%20b")
                        .key())
                .isNotEqualTo(key);
    }

    @Test
    void aFileAtAnyOtherRevisionIsTheFileAtTheCommitThatItNames() {
        Resource named = Hubs.resource("acme/tiny/resolve/main/a/b.json");

        assertThat(named.name().orElseThrow().ttl()).isEqualTo(Duration.ofSeconds(60));
        assertThat(named.at(COMMIT).key())
                .isEqualTo(Hubs.resource("acme/tiny/resolve/" + COMMIT + "/a/b.json")
                        .key());
        assertThat(named.at(COMMIT).name()).isEmpty();
        assertThat(named.at(COMMIT).lifetime()).isEqualTo(Lifetime.FOREVER);
    }

    @Test
    void aShortCommitIsANameLikeAnyOther() {
        assertThat(Hubs.resource("acme/tiny/resolve/607a30d/x").name()).isPresent();
    }

    @Test
    void allFilesOfABranchMoveTogether() {
        assertThat(Hubs.resource("acme/tiny/resolve/main/a").name())
                .isEqualTo(Hubs.resource("acme/tiny/resolve/main/b").name());
    }

    @Test
    void filesAreRequestedUnencodedAndWithTheVaultsUserAgent() {
        var upstream = resource(
                        backend,
                        request(
                                "GET",
                                "acme/tiny/resolve/main/x",
                                "User-Agent",
                                "hf_hub/2.0.0",
                                "Accept-Encoding",
                                "gzip",
                                "Accept",
                                "application/vnd.xet-fileinfo+json, */*",
                                "Range",
                                "bytes=0-1",
                                "X-Amzn-Trace-Id",
                                "1"))
                .upstream();

        assertThat(upstream.fields().lines())
                .extracting(f -> f.name() + ": " + f.value())
                .containsExactly("Accept-Encoding: identity", "User-Agent: " + UserAgent.OWN);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            true,  Bearer hf_own, Bearer hf_own
            false, Bearer hf_own, Bearer hf_own
            true,  '',            Bearer hf_server
            false, '',            ''
            """)
    void theCallersTokenWinsAndTheServersTokenServesOthersOnlyIfAllowed(boolean shared, String own, String sent) {
        HuggingFaceBackend with =
                new HuggingFaceBackend(Hubs.settings(Hubs.BASE, Optional.of(SERVER), shared), InstantSource.system());
        String[] fields = own.isEmpty() ? new String[0] : new String[] {"Authorization", own};

        for (String below : new String[] {"gpt2/resolve/main/x", "api/models/gpt2", "api/models"}) {
            assertThat(resource(with, request("GET", below, fields))
                            .upstream()
                            .credential()
                            .map(Credential::reveal)
                            .orElse(""))
                    .isEqualTo(sent);
        }
    }
}
