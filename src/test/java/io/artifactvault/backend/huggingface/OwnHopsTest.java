package io.artifactvault.backend.huggingface;

import static io.artifactvault.backend.huggingface.Hubs.COMMIT;
import static io.artifactvault.backend.huggingface.Hubs.SHA256;
import static io.artifactvault.backend.huggingface.Hubs.answer;
import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.backend.huggingface.route.Repository;
import io.artifactvault.http.Fields;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields that name content, commits or access count from the Hub's own hops alone, whatever is asked for. */
class OwnHopsTest {
    private static final String ELSEWHERE = "https://elsewhere.example/x";
    private static final String OTHER = Hubs.BASE + "/api/models/evil/x/tree/main";

    private static UpstreamAnswer at(String uri, int status, String... fields) {
        return answer(uri, status, fields);
    }

    private static final List<UpstreamAnswer> AROUND = List.of(
            at(Hubs.BASE + "/a", 302, "Location", ELSEWHERE),
            at(ELSEWHERE, 302, "Location", OTHER),
            at(OTHER, 200, "Content-Type", "application/json", "X-Repo-Commit", COMMIT, "ETag", "\"x\""));

    @Test
    void theHubsHopsEndWhereTheChainLeavesTheHub() {
        OwnHops hub = Hubs.hops();

        assertThat(hub.own(AROUND)).isEqualTo(AROUND.subList(0, 1));
        assertThat(hub.isOwn(AROUND)).isFalse();
        assertThat(hub.isOwn(AROUND.subList(0, 1))).isTrue();
        assertThat(hub.own(AROUND.subList(1, 3))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api/models/acme/tiny",
                "api/models/acme/tiny/tree/main",
                "api/models/acme/tiny/revision/main",
                "api/models",
                "v2/acme/tiny/manifests/latest"
            })
    void jsonThroughAnotherHostIsNotTakenForTheHubs(String below) {
        Resource resource = Hubs.resource(below);

        assertThat(resource.judge(AROUND)).isInstanceOf(Verdict.Unexpected.class);
        assertThat(resource.judge(AROUND.subList(0, 2))).isEqualTo(new Verdict.Follow());
    }

    @Test
    void refusalsThroughAnotherHostAreNotTakenForTheHubs() {
        List<UpstreamAnswer> refused = List.of(
                AROUND.get(0),
                AROUND.get(1),
                at(OTHER, 404, "X-Error-Code", "RepoNotFound", "Content-Type", "application/json"));

        assertThat(Hubs.resource("api/models/acme/tiny").judge(refused)).isInstanceOf(Verdict.Unexpected.class);
        assertThat(Hubs.resource("v2/acme/tiny/manifests/latest").judge(refused))
                .isInstanceOf(Verdict.Unexpected.class);
        assertThat(Hubs.resource("v2/acme/tiny/blobs/sha256:" + Hubs.SHA256).judge(refused))
                .isInstanceOf(Verdict.Unexpected.class);
    }

    @Test
    void aNameBehindARedirectOfAnotherHostIsNotLearnt() {
        Aliases aliases = new Aliases();
        Repository requested = new Repository("models", "gpt2");
        List<UpstreamAnswer> chain = List.of(
                at(Hubs.BASE + "/gpt2/resolve/main/a", 302, "Location", ELSEWHERE),
                at(ELSEWHERE, 302, "Location", Hubs.BASE + "/x/resolve/main/a"),
                at(Hubs.BASE + "/x/resolve/main/a", 307, "Location", "/evil/x/resolve/main/a"));
        aliases.learn(requested, chain, Hubs.hops());

        assertThat(aliases.trueName(requested).id()).isEqualTo("gpt2");
    }

    private static Fields passed(UpstreamAnswer... chain) {
        Resource resource = Hubs.resource("api/whoami-v2");
        Verdict.Content content = (Verdict.Content) resource.judge(List.of(chain));
        return resource.present(content.facts().fields(), Hubs.request("GET", "api/whoami-v2"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Repo-Commit",
                "X-Linked-Etag",
                "X-Linked-Size",
                "X-Error-Code",
                "X-Error-Message",
                "X-HF-Warning",
                "X-Revision",
                "X-Total-Count",
                "Docker-Content-Digest",
                "Docker-Distribution-Api-Version",
                "Link",
                "WWW-Authenticate",
                "RateLimit",
                "RateLimit-Policy"
            })
    void hubFieldsOfAnotherHostReachNoClient(String name) {
        UpstreamAnswer redirect = at(Hubs.BASE + "/a", 302, "Location", ELSEWHERE);

        assertThat(passed(redirect, at(ELSEWHERE, 200, name, "forged")).has(name))
                .isFalse();
        assertThat(passed(AROUND.get(0), AROUND.get(1), at(OTHER, 401, name, "forged"))
                        .has(name))
                .isFalse();
        assertThat(passed(at(Hubs.BASE + "/a", 200, name, "<https://huggingface.co/a>; rel=next"))
                        .has(name))
                .isTrue();
    }

    @Test
    void hubFieldsOfAFileAccompanyTheContentFromTheCdn() {
        Fields fields = passed(
                at(
                        Hubs.BASE + "/a",
                        302,
                        "Location",
                        Hubs.CDN,
                        "X-Linked-Etag",
                        '"' + SHA256 + '"',
                        "X-Linked-Size",
                        "3",
                        "X-Repo-Commit",
                        COMMIT),
                Hubs.cdn(
                        302,
                        "Location",
                        ELSEWHERE,
                        "X-Linked-Etag",
                        "\"forged\"",
                        "X-Linked-Size",
                        "9",
                        "X-Repo-Commit",
                        "f".repeat(40)),
                at(ELSEWHERE, 200, "ETag", "\"cdn\"", "X-Linked-Size", "9", "Content-Type", "text/plain"));

        assertThat(fields.first("X-Linked-Etag")).contains('"' + SHA256 + '"');
        assertThat(fields.first("ETag")).contains('"' + SHA256 + '"');
        assertThat(fields.first("X-Linked-Size")).contains("3");
        assertThat(fields.first("X-Repo-Commit")).contains(COMMIT);
        assertThat(fields.first("Content-Type")).contains("text/plain");
    }

    @Test
    void aPassedResponseIsNoMorePublicThanEachHop() {
        Fields fields = passed(
                at(Hubs.BASE + "/a", 302, "Location", Hubs.CDN, "Cache-Control", "private, no-store", "Vary", "Cookie"),
                Hubs.cdn(200, "Cache-Control", "public, max-age=31536000", "Vary", "Origin"));

        assertThat(fields.joined("Cache-Control").orElseThrow())
                .contains("private", "no-store")
                .doesNotContain("public", "31536000");
        assertThat(fields.joined("Vary")).contains("cookie, origin");
    }
}
