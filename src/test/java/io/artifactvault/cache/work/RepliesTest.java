package io.artifactvault.cache.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.FakeResource;
import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Fields;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which status, fields and text a client gets when there is no content for it. */
class RepliesTest {
    private static final CacheStatus STATUS = CacheStatus.forwarded(Forward.URI_MISS);

    private static CacheRequest<Resource> request(String method) {
        return CacheRequest.of(
                FakeResource.request(method), FakeResource.FILE, Caller.ANONYMOUS, new DecisionLog("files"));
    }

    private static Answer answer(CacheRequest<Resource> request) {
        return request.answer().join();
    }

    private static FetchOutcome.Final refusal(Verdict.Kind kind, int status, String body, String... fields) {
        return new FetchOutcome.Final(kind, status, Fields.of(fields), body.getBytes(StandardCharsets.UTF_8), true);
    }

    @Test
    void aClientIsAskedToComeBackWhenTheVaultIsBusyOrTheClientIsTooFast() {
        CacheRequest<Resource> busy = request("GET");
        Replies.busy(busy);
        CacheRequest<Resource> limited = request("GET");
        Replies.limited(limited);

        assertThat(answer(busy).status()).isEqualTo(503);
        assertThat(answer(limited).status()).isEqualTo(429);
        assertThat(answer(busy).fields().first("Retry-After")).contains("1");
        assertThat(answer(limited).fields().first("Retry-After")).contains("1");
    }

    @Test
    void aFinalResponseIsPassedWithItsOwnBody() {
        CacheRequest<Resource> request = request("GET");
        Replies.finish(request, refusal(Verdict.Kind.OTHER, 400, "bad", "X-Own", "1"), STATUS);

        assertThat(answer(request).status()).isEqualTo(400);
        assertThat(answer(request).fields().first("X-Own")).contains("1");
        assertThat(answer(request).fields().first("Content-Length")).contains("3");
        assertThat(answer(request).body())
                .isInstanceOfSatisfying(
                        Body.Bytes.class,
                        body -> assertThat(body.array()).asString().isEqualTo("bad"));
    }

    @Test
    void aHeadGetsTheFieldsOfAFinalResponseWithoutItsBody() {
        CacheRequest<Resource> request = request("HEAD");
        Replies.finish(request, refusal(Verdict.Kind.OTHER, 400, "bad"), STATUS);

        assertThat(answer(request).fields().first("Content-Length")).contains("3");
        assertThat(answer(request).body()).isEqualTo(new Body.None());
    }

    @Test
    void aRefusalOfTheCallerHasTheOriginsSentenceAndNotItsBody() {
        CacheRequest<Resource> request = request("GET");
        Replies.finish(
                request,
                refusal(Verdict.Kind.DENIED, 403, "<html>", "X-Error-Message", "Access is restricted."),
                STATUS);

        assertThat(answer(request).failure().orElseThrow().sentence()).isEqualTo("Access is restricted.");
        assertThat(answer(request).fields().first("Vary")).contains("Authorization");
    }

    @ParameterizedTest
    @CsvSource({"429, 429", "503, 503", "500, 502", "504, 502"})
    void anErrorOfTheOriginIsABadGatewayUnlessItAsksForPatience(int upstream, int client) {
        CacheRequest<Resource> request = request("GET");
        Replies.unavailable(
                request, new FetchOutcome.Unavailable(upstream, Fields.of("Retry-After", "7"), new byte[0]), STATUS);

        assertThat(answer(request).status()).isEqualTo(client);
        assertThat(answer(request).fields().first("Retry-After")).contains("7");
        assertThat(answer(request).cacheStatus()).isEqualTo(STATUS.withForwardStatus(upstream));
    }

    @Test
    void aFailureHasItsOwnStatusForTheClient() {
        CacheRequest<Resource> request = request("GET");
        Replies.failed(request, new OriginException(OriginFailure.CONNECT_TIMEOUT, "origin.test"), STATUS);

        assertThat(answer(request).status()).isEqualTo(504);
        assertThat(answer(request).failure().orElseThrow().sentence()).contains("acme/tiny x");
    }

    @Test
    void whatIsSentPastAnUnreadableStoreIsTheResponseUnlessUpstreamFailsToo() {
        CacheRequest<Resource> good = request("GET");
        CompletableFuture<Answer> past = Replies.orUnreadable(good);
        Answer sent = new Answer(200, Fields.EMPTY, new Body.None(), STATUS);
        past.complete(sent);
        CacheRequest<Resource> bad = request("GET");
        Replies.orUnreadable(bad).complete(new Answer(502, Fields.EMPTY, new Body.None(), STATUS));

        assertThat(answer(good)).isEqualTo(sent);
        assertThat(answer(bad).status()).isEqualTo(503);
        assertThat(answer(bad).fields().first("Retry-After")).contains("5");
    }

    @Test
    void aBugIsAnInternalErrorAndLeavesNoClientWaiting() {
        CacheRequest<Resource> request = request("GET");
        Replies.guarded(request, () -> {
            throw new IllegalStateException("a bug");
        });

        assertThat(answer(request).status()).isEqualTo(500);
    }

    @Test
    void aTaskThatWasNotAcceptedMeansThatTheVaultIsBusy() {
        CacheRequest<Resource> rejected = request("GET");
        Replies.guarded(rejected, new RejectedExecutionException(), () -> {});
        CacheRequest<Resource> failed = request("GET");
        Replies.guarded(failed, new IllegalStateException("a bug"), () -> {});

        assertThat(answer(rejected).status()).isEqualTo(503);
        assertThat(answer(failed).status()).isEqualTo(500);
    }
}
