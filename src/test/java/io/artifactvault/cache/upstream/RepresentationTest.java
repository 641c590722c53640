package io.artifactvault.cache.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.FakeHttpResource;
import io.artifactvault.cache.FakeResource;
import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.store.index.Entry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepresentationTest {
    private static final FakeHttpResource HTTP = new FakeHttpResource(Duration.ZERO);
    private static final Optional<Digest> GIT = Optional.of(Digest.gitBlobSha1("0".repeat(40)));

    private static Representation ofHttp(OptionalLong length) {
        return Representation.of(HTTP, FillRig.entry(length, Optional.empty()));
    }

    private static Representation ofEcosystem(OptionalLong length, Optional<Digest> content) {
        return Representation.of(FakeResource.FILE, FillRig.entry(length, content));
    }

    @Test
    void allNamesOfTheSameContentShareItsDigestAsKey() {
        Representation one = FillRig.proven();
        Entry other = one.entry().filedUnder("other", Fields.EMPTY);

        assertThat(one.with(other).key()).isEqualTo(one.key()).isEqualTo(FillRig.SHA256.toString());
        assertThat(FillRig.unnamed().key()).isEqualTo("key");
    }

    @Test
    void onlyADigestProvesContent() {
        assertThat(FillRig.proven().isProven()).isTrue();
        assertThat(ofEcosystem(OptionalLong.of(7), GIT).isProven()).isTrue();
        assertThat(FillRig.validated().isProven()).isFalse();
        assertThat(FillRig.unnamed().isProven()).isFalse();
    }

    @Test
    void aFillIsResumedWhereLengthAndNameOrStrongValidatorTieItsPartsTogether() {
        assertThat(FillRig.proven().canResume()).isTrue();
        assertThat(FillRig.validated().canResume()).isTrue();
        assertThat(ofHttp(OptionalLong.of(7)).canResume()).isTrue();
        assertThat(ofHttp(OptionalLong.empty()).canResume()).isFalse();
        assertThat(ofEcosystem(OptionalLong.empty(), GIT).canResume()).isFalse();
    }

    @Test
    void aWeakValidatorTiesNothingTogether() {
        Entry entry = FillRig.entry(OptionalLong.of(7), Optional.empty());
        Entry weak = entry.confirmed(Fields.of("ETag", "W/\"v1\""), entry.requestedAt(), entry.checkedAt());

        assertThat(Representation.of(HTTP, weak).canResume()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1, true", "1048576, true", "1048577, false"})
    void aBodyShorterThanItsLengthIsIncomplete(long length, boolean isShort) {
        assertThat(ofHttp(OptionalLong.of(length)).isShort()).isEqualTo(isShort);
        assertThat(ofEcosystem(OptionalLong.of(length), GIT).isShort()).isEqualTo(isShort);
    }

    @Test
    void onlyAnEcosystemsUnnamedContentOfUnknownLengthIsTakenForShort() {
        assertThat(ofEcosystem(OptionalLong.empty(), Optional.empty()).isShort())
                .isTrue();
        assertThat(ofEcosystem(OptionalLong.empty(), GIT).isShort()).isFalse();
        assertThat(ofHttp(OptionalLong.empty()).isShort()).isFalse();
    }

    @Test
    void overHttpOnlyA200IsTheContent() {
        UpstreamAnswer whole =
                new UpstreamAnswer(FillRig.UPSTREAM, 200, Fields.of("Content-Length", "7", "ETag", "\"v1\""));
        UpstreamAnswer broken = new UpstreamAnswer(FillRig.UPSTREAM, 200, Fields.of("Content-Length", "-7"));
        UpstreamAnswer absent = new UpstreamAnswer(FillRig.UPSTREAM, 404, Fields.EMPTY);
        Representation content = ofHttp(OptionalLong.of(7));

        assertThat(content.judge(List.of(whole)))
                .isInstanceOfSatisfying(
                        Verdict.Content.class,
                        verdict -> assertThat(verdict.facts().length()).hasValue(7));
        assertThat(content.judge(List.of(broken)))
                .isInstanceOfSatisfying(
                        Verdict.Content.class,
                        verdict -> assertThat(verdict.facts().length()).isEmpty());
        assertThat(content.judge(List.of(absent))).isInstanceOf(Verdict.Final.class);
    }
}
