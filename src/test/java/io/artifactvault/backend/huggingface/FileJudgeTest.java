package io.artifactvault.backend.huggingface;

import static io.artifactvault.backend.huggingface.Hubs.COMMIT;
import static io.artifactvault.backend.huggingface.Hubs.GIT_SHA1;
import static io.artifactvault.backend.huggingface.Hubs.SHA256;
import static io.artifactvault.backend.huggingface.Hubs.answer;
import static io.artifactvault.backend.huggingface.Hubs.cdn;
import static io.artifactvault.backend.huggingface.Hubs.hub;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.Digest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileJudgeTest {
    private static final String REGULAR_PLACE = "/api/resolve-cache/models/acme/tiny/" + COMMIT + "/config.json";
    private static final UpstreamAnswer ALIAS = hub(307, "Location", "/openai-community/gpt2/resolve/main/config.json");
    private static final UpstreamAnswer REGULAR = hub(
            307,
            "Location",
            REGULAR_PLACE,
            "X-Repo-Commit",
            COMMIT,
            "X-Linked-Etag",
            quoted(GIT_SHA1),
            "ETag",
            quoted("a-redirect-text"),
            "Content-Length",
            "232",
            "Content-Type",
            "text/html");
    private static final UpstreamAnswer LARGE = hub(
            302,
            "Location",
            Hubs.CDN,
            "X-Repo-Commit",
            COMMIT,
            "X-Linked-Size",
            "204800",
            "X-Linked-Etag",
            quoted(SHA256),
            "X-Xet-Hash",
            "63be",
            "Link",
            "<https://huggingface.co/x>; rel=\"xet-auth\"",
            "Set-Cookie",
            "a=b",
            "Content-Length",
            "1400");

    @Test
    void aRelativeRedirectWithALinkedEtagIsARegularFileOfUnknownLength() {
        Verdict.Content content = content(REGULAR);

        assertThat(content.here()).isFalse();
        assertThat(content.facts().digest()).contains(Digest.gitBlobSha1(GIT_SHA1));
        assertThat(content.facts().length()).isEmpty();
        assertThat(content.facts().pointsTo()).contains(COMMIT);
        assertThat(field(content, "ETag")).contains(quoted(GIT_SHA1));
        assertThat(field(content, "Content-Type")).contains("text/plain; charset=utf-8");
    }

    @Test
    void theResolveCacheBehindARegularRedirectGivesTheLength() {
        UpstreamAnswer body = answer(
                Hubs.BASE + REGULAR_PLACE,
                200,
                "ETag",
                "W/" + quoted(GIT_SHA1),
                "X-Repo-Commit",
                COMMIT,
                "Content-Length",
                "6");
        Verdict.Content content = content(REGULAR, body);

        assertThat(content.here()).isTrue();
        assertThat(content.facts().length()).hasValue(6);
        assertThat(content.facts().digest()).contains(Digest.gitBlobSha1(GIT_SHA1));
        assertThat(field(content, "X-Linked-Size")).contains("6");
    }

    @Test
    void aRedirectToTheCdnGivesDigestAndSizeOfALargeFile() {
        Verdict.Content content = content(LARGE);

        assertThat(content.here()).isFalse();
        assertThat(content.facts().digest()).contains(Digest.sha256(SHA256));
        assertThat(content.facts().length()).hasValue(204_800);
        assertThat(field(content, "ETag")).contains(quoted(SHA256));
        assertThat(field(content, "X-Linked-Etag")).contains(quoted(SHA256));
        assertThat(field(content, "X-Linked-Size")).contains("204800");
        assertThat(field(content, "X-Repo-Commit")).contains(COMMIT);
        assertThat(field(content, "Content-Type")).contains("application/octet-stream");
    }

    @Test
    void noRedirectFieldIsStored() {
        assertThat(content(LARGE, cdn(200, "Content-Length", "204800", "X-Cache", "Hit"))
                        .facts()
                        .fields()
                        .lines())
                .noneMatch(f -> f.name().toLowerCase(java.util.Locale.ROOT).startsWith("x-xet"))
                .extracting(f -> f.name())
                .doesNotContain("Location", "Link", "Set-Cookie", "Content-Length", "X-Cache", "Content-Encoding");
    }

    @Test
    void theCdnsEtagIsNeverTheEtagOfTheFile() {
        Verdict.Content content = content(LARGE, cdn(200, "ETag", quoted("0".repeat(64)), "Content-Length", "204800"));

        assertThat(content.here()).isTrue();
        assertThat(content.facts().digest()).contains(Digest.sha256(SHA256));
        assertThat(field(content, "ETag")).contains(quoted(SHA256));
    }

    @Test
    void theCdnsEtagIsNotTakenEvenWhenTheHubGaveNone() {
        UpstreamAnswer redirect = hub(302, "Location", Hubs.CDN, "X-Repo-Commit", COMMIT);
        Verdict.Content content = content(redirect, cdn(200, "ETag", quoted("0".repeat(64)), "Content-Length", "3"));

        assertThat(content.facts().digest()).isEmpty();
        assertThat(field(content, "ETag")).isEmpty();
    }

    @Test
    void aRedirectWithoutALinkedEtagIsFollowed() {
        assertThat(judge(hub(302, "Location", Hubs.CDN, "X-Repo-Commit", COMMIT)))
                .isEqualTo(new Verdict.Follow());
    }

    @Test
    void aRedirectToAnotherNameIsFollowed() {
        assertThat(judge(ALIAS)).isEqualTo(new Verdict.Follow());
    }

    @Test
    void theFileBehindAnAliasIsJudgedByItsOwnAnswers() {
        Verdict.Content content = content(ALIAS, LARGE);

        assertThat(content.facts().digest()).contains(Digest.sha256(SHA256));
        assertThat(content.facts().pointsTo()).contains(COMMIT);
    }

    @Test
    void aDirectResponseOfAnOlderHubIsTheFile() {
        Verdict.Content content = content(oldStyle("ETag", quoted(GIT_SHA1)));

        assertThat(content.here()).isTrue();
        assertThat(content.facts().digest()).contains(Digest.gitBlobSha1(GIT_SHA1));
        assertThat(content.facts().length()).hasValue(6);
        assertThat(field(content, "Content-Type")).contains("application/json");
    }

    @Test
    void aWeakEtagNamesTheSameContentAndIsGivenOutStrong() {
        Verdict.Content content = content(oldStyle("ETag", "W/" + quoted(GIT_SHA1)));

        assertThat(content.facts().digest()).contains(Digest.gitBlobSha1(GIT_SHA1));
        assertThat(field(content, "ETag")).contains(quoted(GIT_SHA1));
    }

    @Test
    void anEtagThatIsNoDigestIsNoIdentity() {
        assertThat(content(oldStyle("ETag", quoted("abc-1"))).facts().digest()).isEmpty();
    }

    @Test
    void aResponseWithoutACommitIsNotTakenForTheHubs() {
        assertThat(judge(hub(200, "Content-Type", "text/html", "Content-Length", "10")))
                .isInstanceOf(Verdict.Unexpected.class);
        assertThat(judge(hub(200, "X-Repo-Commit", "main", "ETag", quoted(GIT_SHA1))))
                .isInstanceOf(Verdict.Unexpected.class);
        assertThat(judge(
                        hub(302, "Location", "https://login.example/"),
                        answer("https://login.example/", 200, "Content-Type", "text/html")))
                .isInstanceOf(Verdict.Unexpected.class);
    }

    @Test
    void theLengthOfAnEncodedBodyIsNotTheFilesLength() {
        assertThat(judge(oldStyle("Content-Encoding", "gzip")))
                .isInstanceOfSatisfying(
                        Verdict.Content.class,
                        content -> assertThat(content.facts().length()).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 416, 500, 503})
    void anErrorOfTheContentHostIsNotTakenForTheHubs(int status) {
        assertThat(judge(LARGE, cdn(status, "X-Error-Code", "EntryNotFound"))).isInstanceOf(Verdict.Unexpected.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "", "1e9", "0x10", "99999999999999999999", "+5", "5 5", "\u0665"})
    void anAbsurdLinkedSizeIsNoLength(String size) {
        UpstreamAnswer redirect = hub(
                302,
                "Location",
                Hubs.CDN,
                "X-Repo-Commit",
                COMMIT,
                "X-Linked-Etag",
                quoted(SHA256),
                "X-Linked-Size",
                size);

        assertThat(content(redirect).facts().length()).isEmpty();
    }

    @Test
    void metadataFieldsOfTheCdnAreIgnored() {
        UpstreamAnswer forged = cdn(
                200,
                "X-Repo-Commit",
                "f".repeat(40),
                "X-Linked-Etag",
                quoted("0".repeat(64)),
                "X-Linked-Size",
                "3",
                "X-HF-Warning",
                "forged",
                "Content-Disposition",
                "attachment; filename=evil.exe",
                "Content-Length",
                "3");
        Verdict.Content content = content(LARGE, forged);

        assertThat(content.facts().digest()).contains(Digest.sha256(SHA256));
        assertThat(content.facts().length()).hasValue(204_800);
        assertThat(content.facts().pointsTo()).contains(COMMIT);
        assertThat(field(content, "X-Repo-Commit")).contains(COMMIT);
        assertThat(field(content, "X-HF-Warning")).isEmpty();
        assertThat(field(content, "Content-Disposition")).contains("inline; filename*=UTF-8''config.json;");
    }

    /** Where the Hub named nothing, a CDN names nothing in its place. */
    @ParameterizedTest
    @ValueSource(ints = {200, 302})
    void theCdnCannotNameContentThatTheHubDidNotName(int status) {
        UpstreamAnswer silent = hub(302, "Location", Hubs.CDN);
        Verdict verdict = judge(
                silent,
                cdn(
                        status,
                        "Location",
                        "https://elsewhere.example/",
                        "X-Repo-Commit",
                        COMMIT,
                        "X-Linked-Etag",
                        quoted(SHA256),
                        "X-Linked-Size",
                        "3"));

        assertThat(verdict).isNotInstanceOf(Verdict.Content.class);
    }

    @Test
    void aCommitOfTheHubIsNotCombinedWithADigestOfTheCdn() {
        UpstreamAnswer redirect = hub(302, "Location", Hubs.CDN, "X-Repo-Commit", COMMIT);
        UpstreamAnswer body = cdn(200, "X-Linked-Etag", quoted(SHA256), "X-Linked-Size", "9", "Content-Length", "3");

        assertThat(content(redirect, body).facts().digest()).isEmpty();
        assertThat(content(redirect, body).facts().length()).hasValue(3);
    }

    /** The host in between chose where the chain went: the Hub's answer is one to another question. */
    @Test
    void aChainThatReturnsToTheHubIsNotAResponseOfTheHub() {
        UpstreamAnswer away = hub(302, "Location", "https://elsewhere.example/");
        UpstreamAnswer back =
                answer("https://elsewhere.example/", 302, "Location", Hubs.BASE + "/evil/x/resolve/main/y");
        UpstreamAnswer other = answer(
                Hubs.BASE + "/evil/x/resolve/main/y",
                200,
                "X-Repo-Commit",
                "f".repeat(40),
                "ETag",
                quoted(GIT_SHA1),
                "Content-Length",
                "6");
        UpstreamAnswer missing = answer(
                Hubs.BASE + "/evil/x/resolve/main/y", 404, "X-Error-Code", "EntryNotFound", "X-Repo-Commit", COMMIT);

        assertThat(judge(away, back, other)).isInstanceOf(Verdict.Unexpected.class);
        assertThat(judge(away, back, missing)).isInstanceOf(Verdict.Unexpected.class);
        assertThat(judge(LARGE, back, missing)).isInstanceOf(Verdict.Unexpected.class);
        assertThat(content(LARGE, back, other).facts().digest()).contains(Digest.sha256(SHA256));
        assertThat(content(LARGE, back, other).facts().pointsTo()).contains(COMMIT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://huggingface.co", "https://huggingface.co:8443", "https://huggingface.co.evil.example"})
    void anotherSchemePortOrHostIsNotTheHub(String origin) {
        UpstreamAnswer elsewhere = answer(
                origin + "/a", 200, "X-Repo-Commit", COMMIT, "X-Linked-Etag", quoted(SHA256), "Content-Length", "3");

        assertThat(judge(elsewhere)).isInstanceOf(Verdict.Unexpected.class);
    }

    @Test
    void aFileMayBeEmpty() {
        assertThat(content(hub(200, "X-Repo-Commit", COMMIT, "Content-Length", "0"))
                        .facts()
                        .length())
                .hasValue(0);
    }

    @Test
    void aCommitPointsNowhere() {
        Verdict verdict = new FileJudge(Hubs.hops(), "config.json", COMMIT).judge(List.of(LARGE));

        assertThat(((Verdict.Content) verdict).facts().pointsTo()).isEmpty();
    }

    @Test
    void aDispositionIsMadeFromThePathWhenTheHubGaveNone() {
        Verdict verdict = new FileJudge(Hubs.hops(), "a/b%20c.txt", "main").judge(List.of(LARGE));

        assertThat(field((Verdict.Content) verdict, "Content-Disposition"))
                .contains("inline; filename*=UTF-8''b%20c.txt;");
    }

    @Test
    void userHtmlMayNotRunScripts() {
        assertThat(field(content(LARGE), "Content-Security-Policy")).contains("default-src 'none'; sandbox");
    }

    @Test
    void errorsOfTheHubAreRecognised() {
        assertThat(judge(ALIAS, hub(404, "X-Error-Code", "EntryNotFound", "X-Repo-Commit", COMMIT)))
                .asInstanceOf(type(Verdict.Final.class))
                .extracting(Verdict.Final::kind)
                .isEqualTo(Verdict.Kind.ABSENT_AT_REVISION);
        assertThat(judge(hub(206, "X-Repo-Commit", COMMIT))).isInstanceOf(Verdict.Final.class);
    }

    private static UpstreamAnswer oldStyle(String name, String value) {
        return hub(
                200, "X-Repo-Commit", COMMIT, "Content-Length", "6", "Content-Type", "application/json", name, value);
    }

    private static Verdict judge(UpstreamAnswer... chain) {
        return new FileJudge(Hubs.hops(), "config.json", "main").judge(List.of(chain));
    }

    private static Verdict.Content content(UpstreamAnswer... chain) {
        return (Verdict.Content) judge(chain);
    }

    private static Optional<String> field(Verdict.Content content, String name) {
        return content.facts().fields().first(name);
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }
}
