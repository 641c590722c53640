package io.artifactvault.backend.huggingface;

import static io.artifactvault.backend.huggingface.Hubs.COMMIT;
import static io.artifactvault.backend.huggingface.Hubs.answer;
import static io.artifactvault.backend.huggingface.Hubs.resource;
import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Resolution;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.Fields;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiResourceTest {
    private static final String API = Hubs.BASE + "/api/models/acme/tiny";

    @Test
    void queriesWithDifferentResponsesHaveDifferentKeys() {
        List<String> paths = List.of(
                "api/models/acme/tiny",
                "api/models/acme/tiny?blobs=true",
                "api/datasets/acme/tiny",
                "api/models/acme/tiny/revision/dev",
                "api/models/acme/tiny/tree/main",
                "api/models/acme/tiny/tree/main?recursive=true",
                "api/models/acme/tiny/tree/main?recursive=true&cursor=a",
                "api/models/acme/tiny/tree/refs%2Fpr%2F1",
                "api/models/acme/other",
                "api/models/acme");
        Set<String> keys = new HashSet<>();
        paths.forEach(path -> keys.add(resource(path).key()));

        assertThat(keys).hasSize(paths.size());
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            api/models/a/b/tree/main?recursive=True,         api/models/a/b/tree/main?recursive=true
            api/models/a/b/tree/main?expand=false,           api/models/a/b/tree/main
            api/models/a/b/tree/main?limit=1&recursive=true, api/models/a/b/tree/main?recursive=true&limit=1
            api/models/a/b?expand[]=sha,                     api/models/a/b?expand%5B%5D=sha
            api/models/a/b/tree/refs/pr/1/x,                 api/models/a/b/tree/refs%2Fpr%2F1/x
            """)
    void equivalentQueriesHaveOneKey(String one, String other) {
        assertThat(resource(one).key()).isEqualTo(resource(other).key());
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "a=..", "%2E%2E", "&&", "=", "a=%2F..%2F", "x=1&x=2", "a;b", "recursive=1"})
    void everyUnknownParameterIsPartOfTheKey(String query) {
        assertThat(resource("api/models/a/b/tree/main?" + query).key()).startsWith("2:hf 3:api ");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            recursive%3Dtrue,                  recursive
            recursive%3dtrue,                  recursive
            recursive%253Dtrue,                recursive
            %2572ecursive=true,                recursive
            Recursive=true,                    recursive
            RECURSIVE=true,                    recursive
            recursive[]=true,                  recursive
            recursive[0]=true,                 recursive
            %20recursive=true,                 recursive
            recursive+=true,                   recursive
            recursive=true&recursive=false,    more than once
            recursive=true&recursive=true,     more than once
            recursive=true;expand=true,        true or false
            recursive=yes,                     true or false
            recursive=,                        true or false
            recursive,                         no value
            cursor=a&cursor=b,                 more than once
            cursor=%C0%AF,                     UTF-8
            x=%FF,                             UTF-8
            %C3=1,                             UTF-8
            recursive%0A=true,                 control
            recursive%00x=true,                control
            rec%0Aursive=true,                 control
            recursive=true%0A,                 true or false
            x%7F=1,                            control
            """)
    void anAmbiguousQueryIsRefusedWithTheReason(String query, String why) {
        Resolution answer = new HuggingFaceBackend(Hubs.settings(), InstantSource.system())
                .resolve(Hubs.request("GET", "api/models/a/b/tree/" + COMMIT + "?" + query));

        assertThat(answer).isInstanceOfSatisfying(Resolution.Local.class, local -> {
            assertThat(local.status()).isEqualTo(400);
            assertThat(new String(local.body(), StandardCharsets.UTF_8))
                    .startsWith("{\"error\":\"")
                    .contains(why);
            assertThat(local.fields().first("X-Error-Message").orElse("")).contains(why);
        });
    }

    @Test
    void anEncodedControlInAValueIsSentEncoded() {
        assertThat(resource("api/models?search=a%0ab&x=%09").upstream().uri())
                .hasToString(Hubs.BASE + "/api/models?search=a%0Ab&x=%09");
    }

    @Test
    void theOrderOfExpandValuesDoesNotMatter() {
        assertThat(resource("api/models/a/b?expand=sha&expand=likes&expand=sha")
                        .upstream()
                        .uri())
                .hasToString(Hubs.BASE + "/api/models/a/b?expand=likes&expand=sha");
    }

    @Test
    void theMainPageAndThePageOfMainAreAskedForAsTheyWereNamed() {
        assertThat(resource("api/models/a/b").key())
                .isNotEqualTo(resource("api/models/a/b/revision/main").key());
        assertThat(resource("api/models/a/b").at(COMMIT).key())
                .isEqualTo(resource("api/models/a/b/revision/main").at(COMMIT).key());
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            api/models/a/b,                          ''
            api/models/a/b/revision/main?blobs=true, ''
            api/models/a/b?expand=sha&expand=likes,  ''
            api/models/a/b/tree/main/x,              api of a/b revision/main
            api/models/a/b/commits/main,             api of a/b revision/main
            """)
    void aBranchIsResolvedThroughTheCommitInItsResponse(String below, String page) {
        Resource.Name name = resource(below).name().orElseThrow();

        assertThat(name.key())
                .isEqualTo(resource("a/b/resolve/main/x").name().orElseThrow().key());
        assertThat(name.resolvedBy().map(Resource::title).orElse("")).isEqualTo(page);
        assertThat(resource(below).at(COMMIT).name()).isEmpty();
        assertThat(resource(below).at(COMMIT).upstream().uri().getPath()).contains(COMMIT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"api/models/a/b?expand=likes", "api/models/a/b/refs", "api/models/a/b/tree/" + COMMIT})
    void aResourceWithoutACommitHasNoName(String below) {
        assertThat(resource(below).name()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tree/" + COMMIT,
                "tree/" + COMMIT + "/onnx",
                "tree/" + COMMIT + "?recursive=true&expand=false",
                "treesize/" + COMMIT + "/onnx",
                "commits/" + COMMIT
            })
    void responsesThatDependOnlyOnACommitNeverExpire(String rest) {
        assertThat(resource("api/models/acme/tiny/" + rest).lifetime()).isEqualTo(Lifetime.FOREVER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/revision/main",
                "/revision/" + COMMIT + "?expand=likes",
                "/tree/main",
                "/tree/607a30d",
                "/tree/" + COMMIT + "?expand=true",
                "/tree/" + COMMIT + "?expand=True",
                "/tree/main/" + COMMIT,
                "/refs",
                "/commits/main"
            })
    void everythingElseLivesForTheMetadataTtl(String rest) {
        assertThat(resource("api/models/acme/tiny" + rest).lifetime().time()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void theTitleHasNoQuery() {
        assertThat(resource("api/models/acme/tiny/tree/main?cursor=secret").title())
                .isEqualTo("api of acme/tiny tree/main");
    }

    @Test
    void upstreamGetsTheSamePathAndTheCanonicalQuery() {
        assertThat(resource("api/models/acme/tiny/tree/main/a%2Fb?recursive=True&expand=False&cursor=x%3d")
                        .upstream()
                        .uri())
                .hasToString(API + "/tree/main/a%2Fb?cursor=x%3D&recursive=true");
    }

    @Test
    void headIsSentAsGetBecauseTheLengthIsThatOfTheEditedBody() {
        assertThat(resource("api/models/acme/tiny").answersHead()).isFalse();
    }

    @Test
    void filesAndMetadataOfOneRepositoryAreOpenedApart() {
        assertThat(resource("api/models/acme/tiny").scope().orElseThrow().id())
                .isNotEqualTo(resource("acme/tiny/resolve/main/x")
                        .scope()
                        .orElseThrow()
                        .id());
    }

    @Test
    void aJsonAnswerIsContentOfUnknownLengthWithTheFieldsThatMatter() {
        Verdict verdict = judge(
                200,
                "Content-Type",
                "application/json; charset=utf-8",
                "Content-Length",
                "99",
                "ETag",
                "W/\"63-abc\"",
                "Link",
                "<" + API + "?c=1>; rel=\"next\"",
                "X-Total-Count",
                "7",
                "Set-Cookie",
                "a=b",
                "Cache-Control",
                "no-store",
                "X-Xet-Hash",
                "63be");

        Verdict.Content content = (Verdict.Content) verdict;
        assertThat(content.here()).isTrue();
        assertThat(content.facts().length()).isEmpty();
        assertThat(content.facts().digest()).isEmpty();
        assertThat(content.facts().fields().lines())
                .extracting(f -> f.name())
                .containsExactly("Content-Type", "ETag", "Link", "X-Total-Count");
    }

    @Test
    void aRedirectIsFollowedAndAnotherHostIsNot() {
        assertThat(judge(307, "Location", "/api/models/openai-community/gpt2")).isEqualTo(new Verdict.Follow());
        assertThat(resource("api/models/acme/tiny")
                        .judge(List.of(answer("https://login.example/", 200, "Content-Type", "application/json"))))
                .isInstanceOf(Verdict.Unexpected.class);
    }

    @Test
    void aLoginPageIsNotAcceptedAsAnApiResponse() {
        assertThat(judge(200, "Content-Type", "text/html")).isInstanceOf(Verdict.Unexpected.class);
        assertThat(judge(200)).isInstanceOf(Verdict.Unexpected.class);
    }

    @Test
    void anErrorOfTheHubIsRecognised() {
        assertThat(judge(404, "X-Error-Code", "RepoNotFound")).isInstanceOf(Verdict.Final.class);
    }

    @Test
    void pagingLinksLeadToTheVault() {
        assertThat(present("Link", "<" + API + "/tree/main?cursor=x%3D>; rel=\"next\"")
                        .all("Link"))
                .containsExactly(
                        "<http://vault:8080/huggingface/api/models/acme/tiny/tree/main?cursor=x%3D>; rel=\"next\"");
    }

    @Test
    void pagesInBrowsersMayReadResponses() {
        assertThat(present().first("Access-Control-Allow-Origin")).contains("*");
    }

    private static Fields present(String... stored) {
        return resource("api/models/acme/tiny").present(Fields.of(stored), Hubs.request("GET", "api/models/acme/tiny"));
    }

    private static Verdict judge(int status, String... fields) {
        return resource("api/models/acme/tiny").judge(List.of(answer(API, status, fields)));
    }
}
