package io.artifactvault.backend.generic;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.backend.Resolution;
import io.artifactvault.backend.generic.GenericSettings.Edit;
import io.artifactvault.backend.generic.GenericSettings.Redirects;
import io.artifactvault.fixtures.GenericSettingsBuilder;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import io.artifactvault.http.UserAgent;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenericBackendTest {
    private static GenericSettings settings(boolean rewrite, Edit request, Edit response, Set<String> methods) {
        return GenericSettingsBuilder.usual()
                .name("files")
                .prefix("/files/")
                .baseUrl(URI.create("http://origin.example:81/base"))
                .redirects(new Redirects(false, 5, PrivateTargets.NONE, rewrite))
                .request(request)
                .response(response)
                .methods(methods)
                .build();
    }

    private static final GenericSettings PLAIN = settings(false, Edit.NONE, Edit.NONE, Set.of());

    private static Request request(String method, String target, String... fields) {
        try {
            return new Request(method, Target.parse(target), Fields.of(fields), "http://v", Optional.empty());
        } catch (BadTargetException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpResource resource(GenericSettings settings, Request request) {
        return (HttpResource) ((Resolution.Found) new GenericBackend(settings).resolve(request)).resource();
    }

    @ParameterizedTest
    @CsvSource({
        "/files/, http://origin.example:81/base/",
        "/files/a/b?c=d, http://origin.example:81/base/a/b?c=d",
        "/files/a?, http://origin.example:81/base/a?",
        "/files/a%20b, http://origin.example:81/base/a%20b",
        "/files/http://evil.example/, http://origin.example:81/base/http://evil.example/",
        "/files//evil.example/x, http://origin.example:81/base//evil.example/x",
    })
    void thePrefixIsTakenOffAndBaseUrlPutInItsPlace(String target, String uri) {
        assertThat(resource(PLAIN, request("GET", target)).upstream().uri()).hasToString(uri);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "Authorization",
                "Connection",
                "Keep-Alive",
                "TE",
                "Upgrade",
                "X-Listed",
                "Transfer-Encoding",
                "Content-Length",
                "If-None-Match",
                "If-Modified-Since",
                "If-Range",
                "Range",
                "Expect",
                "Proxy-Authorization"
            })
    void fieldsForTheVaultAloneAreNotForwarded(String name) {
        Fields sent = resource(PLAIN, request("GET", "/files/a", name, "x", "Connection", "X-Listed"))
                .upstream()
                .fields();

        assertThat(sent.has(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Accept", "Cookie", "Cache-Control", "X-Any", "If-Match", "Accept-Encoding"})
    void allOtherFieldsAreForwarded(String name) {
        assertThat(resource(PLAIN, request("GET", "/files/a", name, "x"))
                        .upstream()
                        .fields()
                        .first(name))
                .contains("x");
    }

    @Test
    void conditionsOfUnsafeRequestsAreForwarded() {
        Fields sent = resource(PLAIN, request("PUT", "/files/a", "If-None-Match", "*"))
                .upstream()
                .fields();

        assertThat(sent.first("If-None-Match")).contains("*");
    }

    @Test
    void theCallersCredentialGoesToTheOrigin() {
        assertThat(resource(PLAIN, request("GET", "/files/a", "Authorization", "Basic eA=="))
                        .upstream()
                        .credential()
                        .map(Credential::reveal))
                .contains("Basic eA==");
    }

    @Test
    void aRemovedCredentialIsNotForwarded() {
        Edit edit = new Edit(Set.of("authorization"), Fields.EMPTY);
        HttpResource resource = resource(
                settings(false, edit, Edit.NONE, Set.of()), request("GET", "/files/a", "Authorization", "Basic eA=="));

        assertThat(resource.upstream().credential()).isEmpty();
        assertThat(resource.upstream().fields().has("Authorization")).isFalse();
    }

    @Test
    void fieldsAreRemovedAndAddedAsConfigured() {
        Edit edit = new Edit(Set.of("cookie", "x-a"), Fields.of("X-A", "new"));
        HttpResource resource = resource(
                settings(false, edit, edit, Set.of()), request("GET", "/files/a", "Cookie", "c", "X-A", "old"));

        assertThat(resource.upstream().fields().has("Cookie")).isFalse();
        assertThat(resource.upstream().fields().all("X-A")).containsExactly("new");
        assertThat(resource.present(Fields.of("x-a", "old", "B", "1"), request("GET", "/files/a")))
                .isEqualTo(Fields.of("B", "1", "X-A", "new"));
    }

    @ParameterizedTest
    @CsvSource({
        "http://origin.example:81/base/x?y, /files/x?y",
        "/base/x, /files/x",
        "x, /files/dir/x",
        "../x, /files/x",
        "/elsewhere, /elsewhere",
        "http://other.example/base/x, http://other.example/base/x",
        "http://origin.example:81/based/x, http://origin.example:81/based/x",
        "'http://[', 'http://['",
    })
    void locationsAreRewrittenIfConfigured(String location, String rewritten) {
        Request request = request("GET", "/files/dir/a");
        for (String name : List.of("Location", "Content-Location")) {
            Fields answer = Fields.of(name, location);
            assertThat(resource(settings(true, Edit.NONE, Edit.NONE, Set.of()), request)
                            .present(answer, request)
                            .first(name))
                    .contains(rewritten);
            assertThat(resource(PLAIN, request).present(answer, request)).isEqualTo(answer);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%7ea?b",
                "~a?b",
                "a?X-Sig=ab%2fcd%2B&x=1&x=2",
                "a?x=1;y=2&&=",
                "a%2fb",
                "a%2Fb",
                "a?filter[a]=b",
                "a?filter%5Ba%5D=b",
                "a//b/",
                "a?",
                "a?+%20"
            })
    void theTargetIsKeyedAndSentAsTheClientSpelledIt(String below) {
        HttpResource resource = resource(PLAIN, request("GET", "/files/" + below));

        assertThat(resource.upstream().uri()).hasToString("http://origin.example:81/base/" + below);
        assertThat(resource.key())
                .isEqualTo(resource.keyOf(URI.create("http://origin.example:81/base/" + below)))
                .endsWith(":/base/" + below);
    }

    @Test
    void charactersThatNoUriMayHoldAreEncodedInTheKeyAndForTheOrigin() {
        HttpResource resource = resource(PLAIN, request("GET", "/%66iles/a|b?\u00e9={x}"));

        assertThat(resource.upstream().uri()).hasToString("http://origin.example:81/base/a%7Cb?%E9=%7Bx%7D");
        assertThat(resource.key()).endsWith(":/base/a%7Cb?%E9=%7Bx%7D");
        assertThat(resource(PLAIN, request("GET", "/files/%7ea?b=secret")).title())
                .isEqualTo("files /~a");
    }

    /** Many spellings by many clients: what the key does not hold must not reach the origin. */
    @Test
    void equalKeysImplyTheSameTargetAndTheSameRoutingFieldsUpstream() {
        Random random = new Random(20261128);
        GenericSettings settings =
                settings(false, new Edit(Set.of("x-forwarded-proto"), Set.of(), Fields.EMPTY), Edit.NONE, Set.of());
        Map<String, String> sentByKey = new HashMap<>();
        int cases = 20_000;
        for (int i = 0; i < cases; i++) {
            Request request = request("GET", "/files/" + spelling(random), routingFields(random));
            HttpResource resource = resource(settings, request);
            Fields fields = resource.upstream().fields();
            String sent = resource.upstream().uri() + " " + fields.lines();
            assertThat(sentByKey.merge(resource.key(), sent, (before, _) -> before))
                    .isEqualTo(sent);
            assertThat(fields.all("X-Forwarded-Proto"))
                    .isEqualTo(request.fields().all("X-Forwarded-Proto"));
        }
        System.out.printf("raw target, http: %d cases under %d keys%n", cases, sentByKey.size());
        assertThat(new HashSet<>(sentByKey.values())).hasSameSizeAs(sentByKey.keySet());
    }

    private static String spelling(Random random) {
        String[] pieces = {"a", "%61", "/", "%2f", "%2F", "b", "+", "%20", ";", "&", "=", "[", "%5B", "|", "%7c", "~"};
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        if (random.nextBoolean()) {
            text.append('?').append(pieces[random.nextInt(pieces.length)]).append("x=1&x=2");
        }
        return text.toString();
    }

    private static String[] routingFields(Random random) {
        List<String> fields = new ArrayList<>();
        for (String name : ROUTING) {
            if (random.nextInt(4) == 0) {
                fields.add(name);
                fields.add("v" + random.nextInt(3));
            }
        }
        return fields.toArray(String[]::new);
    }

    private static final List<String> ROUTING = List.of(
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "x-forwarded-proto",
            "X-Forwarded-Prefix",
            "X-Forwarded-Port",
            "X-Forwarded-Server",
            "X_Forwarded_Host",
            "Forwarded",
            "X-Host",
            "X-HTTP-Host-Override",
            "X-Original-URL",
            "X-Original-Host",
            "X-Rewrite-URL",
            "X-HTTP-Method-Override",
            "X-HTTP-Method",
            "X-Method-Override",
            "X-Real-IP",
            "True-Client-IP",
            "X.Forwarded.Host",
            "X-Forwarded_Host",
            "Z-Forwarded-Host",
            "CloudFront-Forwarded-Proto",
            "X-Request-URI",
            "X-Matched-Path",
            "Base-URL",
            "Proxy",
            "Proxy-Host",
            "URL",
            "Destination",
            "Max-Forwards",
            "Surrogate-Capability",
            "Via",
            "User-Agent");

    /** RFC 4918: there it is a part of the question. */
    @Test
    void destinationIsForwardedOnlyWithMethodsThatNeedIt() {
        Map.of("COPY", true, "MOVE", true, "PUT", false, "GET", false)
                .forEach((method, sent) -> assertThat(resource(PLAIN, request(method, "/files/a", "Destination", "/b"))
                                .upstream()
                                .fields()
                                .has("Destination"))
                        .as(method)
                        .isEqualTo(sent));
    }

    @Test
    void sharedRequestsCarryTheVaultsUserAgentAndOthersTheClients() {
        assertThat(resource(PLAIN, request("GET", "/files/a", "User-Agent", "curl"))
                        .upstream()
                        .fields()
                        .all("User-Agent"))
                .containsExactly(UserAgent.OWN);
        assertThat(resource(PLAIN, request("PUT", "/files/a", "User-Agent", "curl"))
                        .upstream()
                        .fields()
                        .all("User-Agent"))
                .containsExactly("curl");
    }

    @Test
    void aFieldThatTheOperatorAllowsIsPartOfTheKey() {
        GenericSettings allowing =
                settings(false, new Edit(Set.of("user-agent", "x-host"), Set.of(), Fields.EMPTY), Edit.NONE, Set.of());
        HttpResource one = resource(allowing, request("GET", "/files/a", "User-Agent", "curl", "X-Host", "a"));
        HttpResource other = resource(allowing, request("GET", "/files/a", "User-Agent", "curl", "X-Host", "b"));

        assertThat(one.upstream().fields().all("User-Agent")).containsExactly("curl");
        assertThat(one.upstream().fields().all("X-Host")).containsExactly("a");
        assertThat(one.key()).isNotEqualTo(other.key());
        assertThat(one.key())
                .isEqualTo(resource(allowing, request("GET", "/files/a", "x-host", "a", "user-agent", "curl"))
                        .key());
    }

    @ParameterizedTest
    @CsvSource({"GET, true", "POST, true", "M-SEARCH, true", "OPTIONS, true", "CONNECT, false", "TRACE, false"})
    void everyMethodIsForwardedExceptConnectAndTrace(String method, boolean passes) {
        assertThat(new GenericBackend(PLAIN).accepts(method)).isEqualTo(passes);
        assertThat(new GenericBackend(settings(false, Edit.NONE, Edit.NONE, Set.of("GET"))).accepts(method))
                .isEqualTo(method.equals("GET"));
    }
}
