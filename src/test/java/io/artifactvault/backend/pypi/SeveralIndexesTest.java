package io.artifactvault.backend.pypi;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.app.BackendTypes;
import io.artifactvault.app.VaultServer;
import io.artifactvault.config.ConfigReader;
import io.artifactvault.config.Overrides;
import io.artifactvault.fixtures.TestClock;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.OriginRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two indexes behind one vault. */
class SeveralIndexesTest {
    private static final String JSON = "application/vnd.pypi.simple.v1+json";
    private static final String FIRST_LOGIN = "Basic YTpi";
    private static final String SECOND_LOGIN = "Basic Yzpk";

    @TempDir
    Path dir;

    private final ScriptedIndex first = new ScriptedIndex();
    private final ScriptedIndex second = new ScriptedIndex();
    private final HttpClient client = HttpClient.newHttpClient();

    @SuppressWarnings("NullAway.Init") // each test opens it
    private VaultServer vault;

    private void open(String settings) throws Exception {
        Path file = Files.writeString(dir.resolve("vault.yml"), """
                server: {host: 127.0.0.1, port: 0}
                admin: {host: 127.0.0.1, port: 0}
                cache: {dir: "%s", min_revalidate_interval: 0}
                backends: [{type: pypi, config: {base_url: "%s/simple", extra_indexes: [%s], %s}}]
                """.formatted(
                        dir.resolve("cache"),
                        first.index.base(),
                        "{base_url: \"" + second.index.base() + "\""
                                + (second.login.isEmpty() ? "" : ", user: c, password: d") + "}",
                        settings));
        vault = VaultServer.start(
                new ConfigReader(BackendTypes.ALL).read(file, Map.of(), Overrides.none()), new TestClock(), _ -> {});
    }

    @AfterEach
    void close() {
        vault.close();
        first.close();
        second.close();
    }

    private HttpResponse<byte[]> get(String below, String... fields) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + vault.port() + "/pypi/" + below));
        if (fields.length > 0) {
            request.headers(fields);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private String page(String project, String accept) throws Exception {
        return new String(get("simple/" + project + "/", "Accept", accept).body(), StandardCharsets.UTF_8);
    }

    private static List<OriginRequest> all(ScriptedIndex index) {
        return Stream.of(index.index, index.files)
                .flatMap(origin -> origin.requests(_ -> true).stream())
                .toList();
    }

    private static List<String> logins(ScriptedIndex index) {
        return all(index).stream()
                .map(request -> request.field("Authorization").orElse("none"))
                .distinct()
                .toList();
    }

    private String inSecond(String name) {
        return "127.0.0.1:" + second.index.port() + "/packages/aa/" + name;
    }

    @Test
    void theFirstIndexThatHasAProjectIsTheOnlyOne() throws Exception {
        first.add("demo", "demo-1.0-py3-none-any.whl", 1, "");
        second.add("demo", "demo-2.0-py3-none-any.whl", 2, "");
        open("mix: false");

        assertThat(page("demo", JSON)).contains("demo-1.0-").doesNotContain("demo-2.0-");
        assertThat(get("packages/aa/demo-2.0-py3-none-any.whl").statusCode()).isEqualTo(404);
        assertThat(all(second)).isEmpty();
    }

    @Test
    void aProjectThatTheFirstIndexLacksComesFromTheNext() throws Exception {
        Content wheel = second.add("demo", "demo-2.0-py3-none-any.whl", 2, "");
        open("mix: false");

        assertThat(page("demo", JSON)).contains("\"../../packages/aa/demo-2.0-py3-none-any.whl\"");
        assertThat(get("packages/aa/demo-2.0-py3-none-any.whl").body()).isEqualTo(wheel.bytes());
    }

    @Test
    void mixedIndexesMakeOnePageInWhichTheFirstIndexWins() throws Exception {
        first.keys = "\"meta\":{\"api-version\":\"1.1\",\"tracks\":[\"https://x.example\"]},\"versions\":[\"1.0\"]";
        second.keys = "\"meta\":{\"api-version\":\"1.4\"},\"versions\":[\"1.0\",\"2.0\"],"
                + "\"alternate-locations\":[\"y\"]";
        Content one = first.add("demo", "demo-1.0-py3-none-any.whl", 1, "");
        second.add("demo", "demo-1.0-py3-none-any.whl", 2, "\"yanked\":true");
        Content two = second.add("demo", "demo-2.0-py3-none-any.whl", 3, "");
        open("mix: true");

        String page = page("demo", JSON);
        assertThat(page)
                .contains("\"../../packages/aa/demo-1.0-py3-none-any.whl\"", one.sha256())
                .contains("\"../../" + inSecond("demo-2.0-py3-none-any.whl") + "\"")
                .contains("\"versions\":[\"1.0\",\"2.0\"]", "\"meta\":{\"api-version\":\"1.1\"}")
                .doesNotContain("tracks", "alternate-locations", "yanked", inSecond("demo-1.0"));
        assertThat(page("demo", "text/html"))
                .contains("href=\"../../packages/aa/demo-1.0-py3-none-any.whl#sha256=" + one.sha256())
                .contains("href=\"../../" + inSecond("demo-2.0-py3-none-any.whl") + "#sha256=" + two.sha256());
        assertThat(get("packages/aa/demo-1.0-py3-none-any.whl").body()).isEqualTo(one.bytes());
        assertThat(get(inSecond("demo-2.0-py3-none-any.whl")).body()).isEqualTo(two.bytes());
        assertThat(get(inSecond("demo-1.0-py3-none-any.whl")).statusCode()).isEqualTo(404);
    }

    @Test
    void aFileWithoutAUrlInAnExtraIndexDoesNotHideTheFilesOfTheFirst() throws Exception {
        first.add("demo", "demo-1.0-py3-none-any.whl", 1, "");
        second.list("demo", new ScriptedIndex.Listed("demo-0.1.tar.gz", "", ""));
        second.list("demo", new ScriptedIndex.Listed("", "/x", ""));
        second.add("demo", "demo-2.0-py3-none-any.whl", 3, "");
        open("mix: true");

        assertThat(page("demo", JSON))
                .contains("demo-1.0-py3-none-any.whl", "demo-2.0-py3-none-any.whl")
                .doesNotContain("demo-0.1");
    }

    @Test
    void aProjectThatOneOfTheMixedIndexesHasIsServed() throws Exception {
        first.add("here", "here-1.0-py3-none-any.whl", 1, "");
        second.add("there", "there-1.0-py3-none-any.whl", 2, "");
        open("mix: true");

        assertThat(page("here", JSON)).contains("\"../../packages/aa/here-1.0-py3-none-any.whl\"");
        assertThat(page("there", JSON)).contains("\"../../" + inSecond("there-1.0-py3-none-any.whl") + "\"");
        assertThat(get("simple/nowhere/").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInternalNameNeverReachesAnExtraIndexOnAnyPath(boolean mix) throws Exception {
        for (String project : List.of("acme-core", "acme-secret", "acme")) {
            second.add(project, project.replace('-', '_') + "-1.0-py3-none-any.whl", 1, "\"core-metadata\":true");
        }
        open("internal_names: [Acme_*], mix: " + mix);

        for (String path : List.of(
                "simple/acme-core/",
                "packages/aa/acme_core-1.0-py3-none-any.whl",
                "packages/aa/acme_core-1.0-py3-none-any.whl.metadata",
                inSecond("acme_core-1.0-py3-none-any.whl"),
                "packages/aa/acme-secret-tool-1.0.tar.gz",
                "integrity/acme-core/1.0/acme_core-1.0-py3-none-any.whl/provenance",
                "unavailable/acme-core/acme_core-1.0-py3-none-any.whl")) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(all(second)).isEmpty();
        assertThat(first.pagesAsked()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"503, true", "503, false", "403, true", "403, false", "429, false"})
    void anIndexThatFailsDidNotSayThatItLacksTheProject(int status, boolean mix) throws Exception {
        second.add("demo", "demo-2.0-py3-none-any.whl", 2, "");
        first.status = status;
        open("mix: " + mix);

        assertThat(get("simple/demo/").statusCode()).isNotIn(200, 404);
        assertThat(get("packages/aa/demo-2.0-py3-none-any.whl").statusCode()).isNotIn(200, 404);
        assertThat(all(second)).isEmpty();
    }

    @Test
    void aPageIsNotMixedFromAPartOfTheIndexes() throws Exception {
        first.add("demo", "demo-1.0-py3-none-any.whl", 1, "");
        second.status = 503;
        open("mix: true");

        assertThat(get("simple/demo/").statusCode()).isNotIn(200, 404);
    }

    @Test
    void theVaultsLoginsReachTheirOwnIndexesOnly() throws Exception {
        first.login = FIRST_LOGIN;
        second.login = SECOND_LOGIN;
        Content one = first.add("demo", "demo-1.0-py3-none-any.whl", 1, "");
        Content two = second.add("demo", "demo-2.0-py3-none-any.whl", 2, "");
        // The second index lists a file of the first one, which would send its login there.
        second.list(
                "demo",
                new ScriptedIndex.Listed(
                        "demo-3.0-py3-none-any.whl",
                        first.index.base() + "/packages/aa/demo-3.0-py3-none-any.whl",
                        ScriptedIndex.verified(ScriptedIndex.wheel(3), "")));
        open("mix: true, user: a, password: b, allow_private_redirects: true");

        assertThat(page("demo", JSON)).contains("demo-1.0-", "demo-2.0-");
        assertThat(get("packages/aa/demo-1.0-py3-none-any.whl").body()).isEqualTo(one.bytes());
        assertThat(get(inSecond("demo-2.0-py3-none-any.whl")).body()).isEqualTo(two.bytes());
        assertThat(logins(first)).contains(FIRST_LOGIN).isSubsetOf(FIRST_LOGIN, "none");
        assertThat(logins(second)).contains(SECOND_LOGIN).isSubsetOf(SECOND_LOGIN, "none");

        assertThat(get("packages/aa/demo-3.0-py3-none-any.whl").statusCode()).isNotEqualTo(200);
        assertThat(first.index.requests(request -> request.path().contains("demo-3.0")))
                .isNotEmpty()
                .allSatisfy(
                        request -> assertThat(request.field("Authorization")).isEmpty());
    }

    @Test
    void theCallersLoginReachesTheFirstIndexOnly() throws Exception {
        first.login = "Bearer own";
        second.login = SECOND_LOGIN;
        first.add("demo", "demo-1.0-py3-none-any.whl", 1, "");
        second.add("demo", "demo-2.0-py3-none-any.whl", 2, "");
        open("mix: true");

        assertThat(get("simple/demo/").statusCode()).isEqualTo(401);
        HttpResponse<byte[]> page = get("simple/demo/", "Authorization", "Bearer own");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Cache-Control").orElse("")).startsWith("private");
        assertThat(get(inSecond("demo-2.0-py3-none-any.whl"), "Authorization", "Bearer own")
                        .statusCode())
                .isEqualTo(200);
        assertThat(logins(first)).containsExactlyInAnyOrder("none", "Bearer own");
        assertThat(logins(second)).contains(SECOND_LOGIN).isSubsetOf(SECOND_LOGIN, "none");
        assertThat(get("simple/demo/").statusCode()).isEqualTo(401);
    }

    @Test
    void anExcludedProjectIsRefusedOnEveryPathWithoutARequest() throws Exception {
        first.add("evil", "evil-1.0-py3-none-any.whl", 1, "");
        first.add("demo", "demo-1.0-py3-none-any.whl", 1, "");
        open("deny: [evil], allow: [evil, demo]");

        for (String path : List.of(
                "simple/evil/",
                "simple/other/",
                "packages/aa/evil-1.0-py3-none-any.whl",
                "packages/aa/evil-1.0-py3-none-any.whl.metadata",
                "integrity/evil/1.0/evil-1.0-py3-none-any.whl/provenance")) {
            HttpResponse<byte[]> response = get(path);
            assertThat(response.statusCode()).as(path).isEqualTo(403);
            assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("allow, deny");
        }
        assertThat(all(first)).isEmpty();
        assertThat(get("packages/aa/demo-1.0-py3-none-any.whl").statusCode()).isEqualTo(200);
    }

    @Test
    void aPageLongerThanThePermittedSizeIsRefused() throws Exception {
        first.add("long", "long-1.0-py3-none-any.whl", 1, "");
        first.pages.put("long", "{\"files\":[],\"padding\":\"" + "x".repeat(70_000) + "\"}");
        open("max_page_size: 64 KiB");

        assertThat(get("simple/long/").statusCode()).isEqualTo(502);
        assertThat(get("packages/aa/long-1.0-py3-none-any.whl").statusCode()).isEqualTo(502);
    }

    @Test
    void theStatusPageShowsTheAddressOfTheIndex() throws Exception {
        open("mix: false");

        HttpResponse<String> page = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + vault.port() + "/"))
                        .build(),
                BodyHandlers.ofString());

        assertThat(page.body()).contains("PIP_INDEX_URL=http://127.0.0.1:" + vault.port() + "/pypi/simple<");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theListOfProjectsNamesOnlyThoseThatAreServedAndNotInternal(boolean json) throws Exception {
        first.scripts.put(
                "/simple/",
                (_, reply) -> reply.field("Content-Type", json ? JSON : "text/html")
                        .answer(
                                json
                                        ? "{\"meta\":{\"api-version\":\"1.4\",\"_last-serial\":7},\"projects\":["
                                                + "{\"name\":\"Demo_One\",\"_last-serial\":3},{\"name\":\"evil\"},{\"name\":\"other\"},"
                                                + "{\"name\":\"acme.core\"},{\"name\":\"../up\"},{\"name\":\"demo-2\"}]}"
                                        : "<html><head><meta name=\"pypi:repository-version\" content=\"1.4\"></head><body>"
                                                + "<a href=\"/simple/demo-one/\">Demo_One</a><a href=\"evil/\">evil</a>"
                                                + "<a href=\"other/\">other</a><a href=\"acme-core/\">acme.core</a>"
                                                + "<a href=\"x/\">../up</a><a href=\"demo-2/\">demo-2</a></body></html>"));
        open("deny: [evil], allow: [evil, 'demo-*', 'acme-*'], internal_names: ['acme-*']");

        HttpResponse<byte[]> list = get("simple/", "Accept", JSON);
        assertThat(list.headers().firstValue("Content-Type")).contains(JSON);
        assertThat(list.headers().allValues("Vary").toString()).contains("Accept");
        String text = new String(list.body(), StandardCharsets.UTF_8);
        assertThat(text)
                .contains("\"api-version\":\"1.4\"", "{\"name\":\"Demo_One\"", "{\"name\":\"demo-2\"}")
                .doesNotContain("evil", "other", "acme", "up");
        assertThat(text.contains("\"_last-serial\":3")).isEqualTo(json);
        HttpResponse<byte[]> html = get("simple/", "Accept", "text/html");
        assertThat(html.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
        assertThat(new String(html.body(), StandardCharsets.UTF_8))
                .contains("content=\"1.4\"", "<a href=\"demo-one/\">Demo_One</a>", "<a href=\"demo-2/\">demo-2</a>")
                .doesNotContain("evil", "other", "acme", "up/");
        assertThat(get("simple/", "Accept", "image/png").statusCode()).isEqualTo(406);
        assertThat(all(second)).isEmpty();
    }
}
