package io.artifactvault.cache.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.FakeResource;
import io.artifactvault.cache.LeavingAt;
import io.artifactvault.cache.ScriptedResponse;
import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.fill.DiskBypassTest;
import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.fixtures.TestClock;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Client;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Departure;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.http.ReadyBody;
import io.artifactvault.http.Request;
import io.artifactvault.http.RequestBody;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.store.index.PointerValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that is passed through reaches upstream as it is, its response one client, and nothing is stored. */
@Timeout(60)
class PassThroughTest {
    private static final CacheStatus STATUS = CacheStatus.forwarded(Forward.METHOD);
    private static final byte[] BODY = "0123456789".getBytes(StandardCharsets.US_ASCII);
    private static final Passed PLAIN = new Passed(List.of(), "content", false, Optional.empty());
    private static final Passed PUSH = new Passed(List.of("branch acme/"), "content", false, Optional.empty());
    private static final Passed EDITED = new Passed(List.of(), "content", true, Optional.empty());

    @TempDir
    private Path folder;

    private final TestClock clock = new TestClock();
    private FillRig rig;
    private Engine engine;

    @BeforeEach
    void open() throws IOException {
        rig = new FillRig(folder);
        engine = rig.engine(clock, 0);
        rig.index.putPointer("branch acme/main", new PointerValue("abc", clock.instant()));
        clock.advance(Duration.ofSeconds(1));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /**
     * Something that may not be stored.
     *
     * @param meaning of its responses
     * @param isEdited whether its letters become others
     * @param content the content to send instead of the client's
     */
    private record Passed(List<String> moves, String meaning, boolean isEdited, Optional<byte[]> content)
            implements Resource {
        @Override
        public String title() {
            return "what is passed";
        }

        @Override
        public boolean isStorable() {
            return false;
        }

        @Override
        public String key() {
            return "passed";
        }

        @Override
        public Lifetime lifetime() {
            return Lifetime.byRule(Duration.ZERO);
        }

        @Override
        public Upstream upstream() {
            return new Upstream(
                    FillRig.UPSTREAM,
                    Fields.of("Accept", "text/plain"),
                    Optional.of(Credential.bearer("hf_secret")),
                    5,
                    PrivateTargets.ALL);
        }

        @Override
        public Optional<byte[]> requestBody() {
            return content;
        }

        @Override
        public Verdict judge(List<UpstreamAnswer> chain) {
            UpstreamAnswer last = chain.getLast();
            return switch (meaning) {
                case "content" ->
                    last.status() == 200
                            ? new Verdict.Content(
                                    new Facts(last.fields(), OptionalLong.empty(), Optional.empty(), Optional.empty()),
                                    true)
                            : new Verdict.Final(Verdict.Kind.OTHER, last.fields(), Optional.empty());
                case "unexpected" -> new Verdict.Unexpected("a login page");
                default -> new Verdict.Follow();
            };
        }

        @Override
        public Fields present(Fields stored, Request request) {
            return stored.with("Presented", "yes");
        }

        @Override
        public Optional<BodyEdit> edit(Fields received) {
            BodyEdit masking = (in, out) -> {
                for (byte each : in.readAllBytes()) {
                    out.write(each == '5' ? '*' : each);
                }
                return Fields.EMPTY;
            };
            return Optional.of(masking).filter(_ -> isEdited);
        }
    }

    private Answer pass(Request request, Resource resource) throws Exception {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        var _ = rig.asTask(() -> {
            new PassThrough(engine, request, resource, STATUS, answer).run();
            return true;
        });
        return answer.get();
    }

    private Answer pass(String method, Resource resource, String... fields) throws Exception {
        return pass(FakeResource.request(method, fields), resource);
    }

    /** The next response. */
    private void sending(int status, String... fields) {
        rig.origin.then(_ -> new ScriptedResponse(status, Fields.of(fields), BODY));
    }

    /** The bytes of a body that arrived completely. */
    private static String whole(Answer answer) {
        assertThat(answer.body()).isInstanceOf(Body.Piped.class);
        Body.Piped body = (Body.Piped) answer.body();
        String bytes = new String(DiskBypassTest.drain(body.pipe()), StandardCharsets.US_ASCII);
        assertThat(body.pipe().isFinished()).isTrue();
        assertThat(body.pipe().isFailed()).isFalse();
        return bytes;
    }

    private boolean isBranchKnown() {
        return rig.index.loadPointer("branch acme/main").isPresent();
    }

    @Test
    void aResponseReachesTheClientAndNothingIsStored() throws Exception {
        sending(200, "Content-Length", "10", "Content-Encoding", "gzip", "ETag", "\"v1\"");
        Answer answer = pass("GET", PLAIN);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.fields().first("Presented")).contains("yes");
        assertThat(answer.fields().first("Content-Length")).contains("10");
        assertThat(answer.fields().first("Content-Encoding")).contains("gzip");
        assertThat(answer.fields().first("ETag")).contains("\"v1\"");
        assertThat(answer.cacheStatus()).isEqualTo(STATUS.withForwardStatus(200));
        assertThat(whole(answer)).isEqualTo("0123456789");
        assertThat(rig.index.load("passed")).isEmpty();
        assertThat(rig.stored).hasValue(0);
        assertThat(isBranchKnown()).isTrue();
    }

    @Test
    void theRequestReachesUpstreamWithItsMethodContentAndCredential() throws Exception {
        sending(200);
        Request plain = FakeResource.request("POST");
        Request post =
                new Request("POST", plain.target(), plain.fields(), plain.base(), Optional.of(new ReadyBody(BODY)));
        var _ = pass(post, PLAIN);
        OriginRequest sent = rig.origin.asked().getFirst();

        assertThat(sent.method()).isEqualTo("POST");
        assertThat(sent.uri()).isEqualTo(FillRig.UPSTREAM);
        assertThat(sent.fields().first("Accept")).contains("text/plain");
        assertThat(sent.credential()).contains(Credential.bearer("hf_secret"));
        assertThat(sent.body().orElseThrow().next()).isEqualTo(ByteBuffer.wrap(BODY));
    }

    @Test
    void contentThatTheBackendGivesIsSentInsteadOfTheClients() throws Exception {
        sending(200);
        var _ = pass("POST", new Passed(List.of(), "content", false, Optional.of(BODY)));

        assertThat(rig.origin.asked().getFirst().body().map(RequestBody::length))
                .contains(OptionalLong.of(10));
    }

    @ParameterizedTest
    @CsvSource({"HEAD, 200", "GET, 204", "GET, 304"})
    void someResponsesHaveNoBody(String method, int status) throws Exception {
        sending(status, "Content-Length", "10");
        Answer answer = pass(method, PLAIN);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(new Body.None());
        assertThat(answer.cacheStatus()).isEqualTo(STATUS.withForwardStatus(status));
    }

    @Test
    void contentThatTheClientHasIsNotSentAgain() throws Exception {
        sending(200, "ETag", "\"v1\"", "Content-Length", "10");
        Answer answer = pass("GET", PLAIN, "If-None-Match", "\"v1\"");

        assertThat(answer.status()).isEqualTo(304);
        assertThat(answer.body()).isEqualTo(new Body.None());
        assertThat(answer.fields().first("ETag")).contains("\"v1\"");
        assertThat(answer.fields().has("Content-Length")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"GET, 404, v1", "GET, 200, v2", "POST, 200, v1"})
    void onlyContentThatWasReadAndIsTheSameIsKnownToTheClient(String method, int status, String tag) throws Exception {
        sending(status, "ETag", '"' + tag + '"');
        Answer answer = pass(method, PLAIN, "If-None-Match", "\"v1\"");

        assertThat(answer.status()).isEqualTo(status);
        assertThat(whole(answer)).isEqualTo("0123456789");
    }

    @Test
    void anEditedBodyHasNeitherTheLengthNorTheTagOfTheReceivedOne() throws Exception {
        sending(200, "ETag", "\"v1\"", "Content-Length", "10");
        Answer answer = pass("GET", EDITED, "If-None-Match", "\"v1\"");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.fields()).isEqualTo(Fields.of("Presented", "yes"));
        assertThat(whole(answer)).isEqualTo("01234*6789");
    }

    @Test
    void anErrorIsNotEdited() throws Exception {
        sending(404, "Content-Length", "10");

        assertThat(whole(pass("GET", EDITED))).isEqualTo("0123456789");
    }

    @Test
    void anEncodedBodyCannotBeEdited() throws Exception {
        sending(200, "Content-Encoding", "gzip");

        assertThat(pass("GET", EDITED).status()).isEqualTo(502);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unexpected", "follow"})
    void aResponseThatUpstreamWouldNotGiveIsNotPassed(String meaning) throws Exception {
        sending(200, "Content-Length", "10");
        Answer answer = pass("GET", new Passed(List.of(), meaning, false, Optional.empty()));

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.fields().has("Presented")).isFalse();
    }

    @Test
    void aFailureIsTheClientsErrorWithoutTheHost() throws Exception {
        rig.origin.failing(OriginFailure.CONNECT_TIMEOUT);
        Answer answer = pass(FakeResource.requestBy(new Client("127.0.0.9", new Departure()), "GET"), PLAIN);

        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.cacheStatus()).isEqualTo(STATUS.withDetail("upstream-failed"));
        assertThat(answer.failure().orElseThrow().sentence())
                .contains("what is passed")
                .doesNotContain("origin.test");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBodyThatBreaksOffDoesNotLookComplete(boolean isEdited) throws Exception {
        rig.origin.then(_ -> new ScriptedResponse(200, Fields.EMPTY, BODY).cutAfter(5));
        Answer answer = pass("GET", isEdited ? EDITED : PLAIN);
        Body.Piped body = (Body.Piped) answer.body();
        String received = new String(DiskBypassTest.drain(body.pipe()), StandardCharsets.US_ASCII);

        assertThat(received).isEqualTo(isEdited ? "" : "01234");
        assertThat(body.pipe().isFailed()).isTrue();
    }

    @Test
    void aReaderThatLeavesEndsTheTransfer() throws Exception {
        ScriptedResponse response = new ScriptedResponse(200, Fields.EMPTY, FillRig.CONTENT);
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        rig.origin.then(_ -> new LeavingAt(
                response, 1, () -> ((Body.Piped) answer.join().body()).pipe().abandon()));
        var _ = rig.asTask(() -> {
            new PassThrough(engine, FakeResource.request("GET"), PLAIN, STATUS, answer).run();
            return true;
        });

        assertThat(((Body.Piped) answer.join().body()).pipe().isFailed()).isTrue();
        assertThat(response.isClosed()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"200, false", "204, false", "299, false", "300, true", "403, true", "500, true"})
    void aSuccessThatMovesABranchEndsItsStoredValue(int status, boolean known) throws Exception {
        sending(status);
        var _ = pass("POST", PUSH);

        assertThat(isBranchKnown()).isEqualTo(known);
    }

    @ParameterizedTest
    @EnumSource(
            value = OriginFailure.class,
            names = {
                "ABANDONED",
                "BAD_MESSAGE",
                "HEAD_TIMEOUT",
                "INTERRUPTED",
                "RESET_BEFORE_HEAD",
                "CONNECT_TIMEOUT",
                "CONNECT_REFUSED"
            })
    void aFailureAfterWhichUpstreamMayHaveMovedABranchEndsItsStoredValue(OriginFailure failure) throws Exception {
        boolean before = failure.name().startsWith("CONNECT");
        rig.origin.failing(failure);
        var _ = pass("POST", PUSH);

        assertThat(isBranchKnown()).isEqualTo(before);
    }

    /** A value that was read while the push was still carried out is the old one. */
    @Test
    void aValueThatIsReadBeforeTheEndOfAPushIsNotKept() throws Exception {
        rig.origin.then(_ ->
                new LeavingAt(new ScriptedResponse(200, Fields.of("Content-Length", "10"), BODY), 1, () -> {
                    clock.advance(Duration.ofSeconds(1));
                    rig.index.putPointer("branch acme/main", new PointerValue("abc", clock.instant()));
                    assertThat(isBranchKnown()).isTrue();
                    clock.advance(Duration.ofSeconds(1));
                }));
        Answer answer = pass("POST", PUSH);

        assertThat(whole(answer)).isEqualTo("0123456789");
        assertThat(answer.fields().has("Content-Length"))
                .as("the client waits for the end")
                .isFalse();
        assertThat(isBranchKnown()).isFalse();
    }
}
