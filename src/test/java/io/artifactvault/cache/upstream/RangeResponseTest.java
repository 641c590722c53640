package io.artifactvault.cache.upstream;

import static io.artifactvault.cache.fill.FillRig.CONTENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.artifactvault.cache.FakeHttpResource;
import io.artifactvault.cache.ScriptedResponse;
import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.http.Fields;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.http.conditional.Validator;
import io.artifactvault.origin.Hop;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.redirect.RedirectFollower.Arrival;
import io.artifactvault.store.index.Entry;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a response to a Range request is taken for, by status and fields. */
class RangeResponseTest {
    private static final ByteRange PART = new ByteRange(10, 19);
    private static final String ALL = Integer.toString(CONTENT.length);
    private static final Hop SAME = hop(302, "Names-Digest", FillRig.SHA256.toString());
    private static final Hop OTHER =
            hop(302, "Names-Digest", FillRig.sha256(new byte[1]).toString());

    private static Hop hop(int status, String... fields) {
        return new Hop(FillRig.UPSTREAM, status, Fields.of(fields), Duration.ZERO);
    }

    private static Arrival arrival(List<Hop> before, int status, String... fields) {
        List<Hop> hops = new ArrayList<>(before);
        hops.add(hop(status, fields));
        ScriptedResponse response = new ScriptedResponse(status, Fields.of(fields), new byte[0]);
        return new Arrival(hops, OriginRequest.get(FillRig.UPSTREAM), response);
    }

    private static RangeResponse read(Representation content, int status, String... fields) throws OriginException {
        return RangeResponse.of(arrival(List.of(), status, fields), content, PART);
    }

    private static void assertRefused(OriginFailure failure, Representation content, int status, String... fields) {
        assertThatExceptionOfType(OriginException.class)
                .isThrownBy(() -> read(content, status, fields))
                .matches(e -> e.failure() == failure, failure.name());
    }

    private static String[] part(String range) {
        return new String[] {"ETag", "\"v1\"", "Content-Range", "bytes " + range};
    }

    @Test
    void thePartThatWasAskedForBeginsThere() throws OriginException {
        RangeResponse answer = read(FillRig.proven(), 206, part("10-19/" + ALL));

        assertThat(answer.offset()).isEqualTo(10);
        assertThat(answer.whole()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"11-19/300000", "10-19/300001", "x"})
    void anotherPartIsRefused(String range) {
        assertRefused(OriginFailure.UNEXPECTED_ANSWER, FillRig.proven(), 206, part(range));
        assertRefused(OriginFailure.UNEXPECTED_ANSWER, FillRig.validated(), 206, part(range));
    }

    @Test
    void aPartOfAnotherVersionIsRefusedWhereNoDigestProvesTheContent() throws OriginException {
        String[] other = {"ETag", "\"v2\"", "Content-Range", "bytes 10-19/" + ALL};

        assertRefused(OriginFailure.CONTENT_CHANGED, FillRig.validated(), 206, other);
        assertThat(read(FillRig.proven(), 206, other).offset()).isEqualTo(10);
    }

    @Test
    void aWeakValidatorTiesNothingTogether() {
        String[] weak = {"ETag", "W/\"v1\"", "Content-Range", "bytes 10-19/" + ALL};

        assertRefused(OriginFailure.CONTENT_CHANGED, FillRig.validated(), 206, weak);
    }

    @Test
    void theWholeIsTakenWhereRangeIsIgnored() throws OriginException {
        for (Representation content : List.of(FillRig.proven(), FillRig.validated())) {
            RangeResponse answer = read(content, 200, "ETag", "\"v1\"", "Content-Length", ALL);
            assertThat(answer.whole()).isTrue();
            assertThat(answer.offset()).isZero();
        }
    }

    @Test
    void anotherWholeIsOtherContent() {
        assertRefused(OriginFailure.CONTENT_CHANGED, FillRig.validated(), 200, "ETag", "\"v2\"", "Content-Length", ALL);
        assertRefused(OriginFailure.CONTENT_CHANGED, FillRig.proven(), 200, "ETag", "\"v1\"", "Content-Length", "7");
    }

    @Test
    void encodedBytesAreNotWhatTheDigestIsOf() {
        String[] encoded = {"Content-Range", "bytes 10-19/" + ALL, "Content-Encoding", "gzip"};

        assertRefused(OriginFailure.UNEXPECTED_ANSWER, FillRig.proven(), 206, encoded);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 206, 416})
    void bytesOfAnotherTargetAreOtherContent(int status) {
        Entry head = FillRig.entry(OptionalLong.empty(), Optional.empty())
                .from(Optional.of(FillRig.UPSTREAM.resolve("/elsewhere")));
        Entry entry = head.named(Validator.strong(head.fields()).orElseThrow(), CONTENT.length);
        Representation content = Representation.of(new FakeHttpResource(Duration.ZERO).following(), entry);
        String[] fields = {"ETag", "\"v1\"", "Content-Range", "bytes 10-19/" + ALL, "Content-Length", ALL};

        assertRefused(OriginFailure.CONTENT_CHANGED, content, status, fields);
        assertThat(RangeResponse.ofPlace(arrival(List.of(), status, fields), content, PART))
                .isEmpty();
    }

    @Test
    void theSameValidatorNamesOtherContentAtAnotherTarget() {
        Entry head = FillRig.entry(OptionalLong.empty(), Optional.empty());
        Validator validator = Validator.strong(head.fields()).orElseThrow();
        Entry there = head.from(Optional.of(URI.create(FillRig.UPSTREAM + "?signature=a")));

        assertThat(there.named(validator, 5).content())
                .isNotEqualTo(head.named(validator, 5).content());
        assertThat(there.named(validator, 5).content())
                .isEqualTo(head.from(Optional.of(URI.create(FillRig.UPSTREAM + "?signature=b")))
                        .named(validator, 5)
                        .content());
        assertThat(there.named(validator, 5).content())
                .isNotEqualTo(head.from(Optional.of(FillRig.UPSTREAM))
                        .named(validator, 5)
                        .content());
        assertThat(there.shown()).isEqualTo(head.shown());
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 206})
    void bytesOfAnotherCodingAreOtherContent(int status) {
        String[] encoded = {
            "ETag", "\"v1\"", "Content-Range", "bytes 10-19/" + ALL, "Content-Length", ALL, "Content-Encoding", "gzip"
        };

        assertRefused(OriginFailure.CONTENT_CHANGED, FillRig.validated(), status, encoded);
        assertThat(RangeResponse.ofPlace(arrival(List.of(), status, encoded), FillRig.validated(), PART))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "429, UNAVAILABLE",
        "500, UNAVAILABLE",
        "503, UNAVAILABLE",
        "404, UNEXPECTED_ANSWER",
        "416, UNEXPECTED_ANSWER"
    })
    void errorsSayWhetherToTryAgain(int status, OriginFailure failure) {
        assertRefused(failure, FillRig.proven(), status);
    }

    @Test
    void aRedirectThatNamesOtherContentShowsThatItChanged() throws OriginException {
        String[] right = part("10-19/" + ALL);

        assertThat(RangeResponse.of(arrival(List.of(SAME), 206, right), FillRig.proven(), PART)
                        .offset())
                .isEqualTo(10);
        assertThatExceptionOfType(OriginException.class)
                .isThrownBy(() -> RangeResponse.of(arrival(List.of(OTHER), 206, right), FillRig.proven(), PART))
                .matches(e -> e.failure() == OriginFailure.CONTENT_CHANGED);
    }

    @ParameterizedTest
    @CsvSource({"403, ''", "404, ''", "500, ''", "206, bytes 11-19/300000", "200, ''"})
    void aPlaceThatGivesSomethingElseIsNoFailure(int status, String range) {
        Arrival arrival = arrival(List.of(), status, "ETag", "\"v1\"", "Content-Range", range);

        assertThat(RangeResponse.ofPlace(arrival, FillRig.validated(), PART)).isEmpty();
    }

    @Test
    void aPlaceMayGiveThePartOrTheWhole() {
        Arrival part = arrival(List.of(), 206, part("10-19/" + ALL));
        Arrival whole = arrival(List.of(), 200, "ETag", "\"v1\"", "Content-Length", ALL);

        assertThat(RangeResponse.ofPlace(part, FillRig.validated(), PART))
                .hasValueSatisfying(a -> assertThat(a.offset()).isEqualTo(10));
        assertThat(RangeResponse.ofPlace(whole, FillRig.validated(), PART))
                .hasValueSatisfying(a -> assertThat(a.whole()).isTrue());
    }
}
