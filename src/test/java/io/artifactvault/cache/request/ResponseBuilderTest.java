package io.artifactvault.cache.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.FakeResource;
import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.content.Content;
import io.artifactvault.cache.content.Progress;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.store.blob.BlobFile;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.EntryBuilder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseBuilderTest {
    private static final byte[] TEN = "0123456789".getBytes(StandardCharsets.US_ASCII);
    private static final Fields FILE = Fields.of(
            "Content-Type", "text/plain", "Content-Disposition", "inline", "ETag", "\"e\"", "X-Repo-Commit", "c");

    @TempDir
    private Path folder;

    @Test
    void theWholeIsA200WithItsLength() {
        Answer answer = get();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(text(answer)).isEqualTo("0123456789");
        assertThat(answer.fields().first("Content-Length")).contains("10");
        assertThat(answer.fields().first("Accept-Ranges")).contains("bytes");
        assertThat(answer.fields().first("X-Repo-Commit")).contains("c");
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 0-0",
        "bytes=2-5, 2345, 2-5",
        "bytes=7-, 789, 7-9",
        "bytes=-3, 789, 7-9",
        "bytes=-99, 0123456789, 0-9",
        "bytes=8-99, 89, 8-9",
        "bytes=0-9, 0123456789, 0-9"
    })
    void aRangeIsA206(String range, String text, String place) {
        Answer answer = get("Range", range);

        assertThat(answer.status()).isEqualTo(206);
        assertThat(text(answer)).isEqualTo(text);
        assertThat(answer.fields().first("Content-Range")).contains("bytes " + place + "/10");
        assertThat(answer.fields().first("Content-Length")).contains(Integer.toString(text.length()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=a-b", "items=0-1", "bytes=5-2", "bytes=0-5,2-9"})
    void anInvalidRangeFieldGetsTheWhole(String range) {
        Answer answer = get("Range", range);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.fields().has("Content-Range")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=10-20", "bytes=-0"})
    void aRangeBeyondTheEndIsA416WithTheLength(String range) {
        Answer answer = get("Range", range);

        assertThat(answer.status()).isEqualTo(416);
        assertThat(answer.body()).isEqualTo(new Body.None());
        assertThat(answer.fields().first("Content-Range")).contains("bytes */10");
        assertThat(answer.fields().first("Content-Length")).contains("0");
    }

    @ParameterizedTest
    @CsvSource({"'\"e\"', 206", "'\"other\"', 200", "'W/\"e\"', 200", "'Sun, 06 Nov 1994 08:49:37 GMT', 200"})
    void ifRangeDecidesWhetherTheRangeCounts(String condition, int status) {
        assertThat(get("Range", "bytes=0-0", "If-Range", condition).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-0", "bytes=0-", "bytes=-1"})
    void aRangeOfAnEmptyFileIsA200ThatSaysSo(String range) {
        Answer answer = response(FakeResource.FILE, "GET", "Range", range).with(new Content.InMemory(new byte[0]));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(new Body.None());
        assertThat(answer.fields().first("Content-Length")).contains("0");
        assertThat(answer.fields().first("Content-Range")).contains("bytes */0");
    }

    @Test
    void aRangeOfEmptyContentOfAnotherKindIsA416() {
        Answer answer = response(FakeResource.FILE.refusingEmptyRanges(), "GET", "Range", "bytes=0-0")
                .with(new Content.InMemory(new byte[0]));

        assertThat(answer.status()).isEqualTo(416);
        assertThat(answer.fields().first("Content-Range")).contains("bytes */0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void aKnownValidatorGets304WithValidatorsAndNoContent(String method) {
        Answer answer = response(FakeResource.FILE, method, "If-None-Match", "\"x\", W/\"e\"", "Range", "bytes=0-0")
                .withoutContent()
                .orElseThrow();

        assertThat(answer.status()).isEqualTo(304);
        assertThat(answer.body()).isEqualTo(new Body.None());
        assertThat(answer.fields().lines()).extracting(f -> f.name()).containsExactly("ETag", "X-Repo-Commit");
    }

    @Test
    void aFailedPreconditionGets412() {
        Answer answer = response(FakeResource.FILE, "GET", "If-Match", "\"x\"")
                .withoutContent()
                .orElseThrow();

        assertThat(answer.status()).isEqualTo(412);
        assertThat(answer.fields().first("X-Error-Message")).isPresent();
    }

    @Test
    void headNeedsNoContentWhereTheLengthIsKnown() {
        Answer answer = response(FakeResource.FILE, "HEAD", "Range", "bytes=0-0")
                .withoutContent()
                .orElseThrow();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(new Body.None());
        assertThat(answer.fields().first("Content-Length")).contains("10");
    }

    @Test
    void headOfAnUnknownLengthTakesItFromTheContentAndGivesTheLeaseBack() throws IOException {
        BlobFile file = file();
        ResponseBuilder response = response(FakeResource.FILE, entry(200, FILE, OptionalLong.empty()), true, "HEAD");

        assertThat(response.withoutContent()).isEmpty();
        assertThat(response.with(new Content.Stored(file, 10)).fields().first("Content-Length"))
                .contains("10");
        assertThat(file.channel().isOpen()).isFalse();
    }

    @Test
    void aRangeOfAFileIsASliceThatCarriesTheLease() throws IOException {
        BlobFile file = file();
        Answer answer = response(FakeResource.FILE, "GET", "Range", "bytes=2-4").with(new Content.Stored(file, 10));

        assertThat(answer.body()).isEqualTo(new Body.Slice(file, 2, 3, Body.Onward.NONE));
        assertThat(file.channel().isOpen()).isTrue();
        answer.body().close();
        assertThat(file.channel().isOpen()).isFalse();
    }

    @Test
    void anAnswerWithoutItsContentGivesTheLeaseBack() throws IOException {
        BlobFile file = file();
        response(FakeResource.FILE, "GET", "Range", "bytes=10-").with(new Content.Stored(file, 10));

        assertThat(file.channel().isOpen()).isFalse();
    }

    @Test
    void growingContentOfKnownLengthHasLengthAndRanges() throws IOException {
        BlobFile file = file();
        Content growing = new Content.Filling(new Progress(file, OptionalLong.of(10), true));

        Answer whole = response(FakeResource.FILE, "GET").with(growing);
        assertThat(whole.fields().first("Content-Length")).contains("10");
        assertThat(whole.body()).isInstanceOf(Body.Growing.class);
        Answer part = response(FakeResource.FILE, "GET", "Range", "bytes=4-5").with(growing);
        assertThat(part.status()).isEqualTo(206);
        assertThat(((Body.Growing) part.body()).offset()).isEqualTo(4);
        assertThat(((Body.Growing) part.body()).length()).hasValue(2);
        file.close();
    }

    @Test
    void growingContentOfUnknownLengthHasNeitherLengthNorRanges() throws IOException {
        BlobFile file = file();
        Content growing = new Content.Filling(new Progress(file, OptionalLong.empty(), false));
        Answer answer = response(FakeResource.FILE, "GET", "Range", "bytes=4-5").with(growing);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.fields().has("Content-Length")).isFalse();
        assertThat(answer.fields().has("Content-Range")).isFalse();
        assertThat(((Body.Growing) answer.body()).length()).isEmpty();
        file.close();
    }

    @Test
    void aRestrictedResponseIsNotForOtherCaches() {
        Entry entry = entry(200, FILE, OptionalLong.of(10));

        for (String[] fields : new String[][] {{}, {"Range", "bytes=0-0"}, {"If-None-Match", "\"e\""}}) {
            ResponseBuilder response = response(FakeResource.FILE, entry, false, "GET", fields);
            Answer answer = response.withoutContent().orElseGet(() -> response.with(new Content.InMemory(TEN)));
            assertThat(answer.fields().all("Cache-Control")).containsExactly("private");
            assertThat(answer.fields().all("Vary")).containsExactly("Authorization");
        }
        assertThat(get().fields().has("Vary")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void aStoredErrorIsRepeatedWhateverTheConditions(String method) {
        Fields fields =
                Fields.of("X-Error-Code", "EntryNotFound", "X-Error-Message", "Entry not found", "ETag", "\"e\"");
        Answer answer = response(
                        FakeResource.FILE,
                        entry(404, fields, OptionalLong.empty()),
                        true,
                        method,
                        "If-None-Match",
                        "\"e\"")
                .withoutContent()
                .orElseThrow();

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.fields().first("X-Error-Code")).contains("EntryNotFound");
        assertThat(answer.fields().first("Content-Length")).contains("27");
        assertThat(answer.body() instanceof Body.None).isEqualTo(method.equals("HEAD"));
    }

    private static Answer get(String... fields) {
        ResponseBuilder response = response(FakeResource.FILE, "GET", fields);
        assertThat(response.withoutContent()).isEmpty();
        return response.with(new Content.InMemory(TEN));
    }

    private static String text(Answer answer) {
        return new String(((Body.Bytes) answer.body()).array(), StandardCharsets.US_ASCII);
    }

    private BlobFile file() throws IOException {
        Path path = Files.write(folder.resolve("blob"), TEN);
        return new BlobFile(FileChannel.open(path, StandardOpenOption.READ));
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, '\"abc\"', 'W/\"abc-v1\"'",
        "application/json, 'W/\"abc\"', 'W/\"abc-v1\"'",
        "text/plain, '\"abc\"', '\"abc\"'",
    })
    void anEditedBodyHasAnEtagOfItsOwn(String type, String stored, String shown) {
        Entry entry = entry(200, Fields.of("Content-Type", type, "ETag", stored), OptionalLong.of(10));
        Answer head = response(FakeResource.FILE, entry, true, "HEAD")
                .withoutContent()
                .orElseThrow();
        Optional<Answer> again = response(FakeResource.FILE, entry, true, "GET", "If-None-Match", shown)
                .withoutContent();

        assertThat(head.fields().first("ETag")).contains(shown);
        assertThat(again.map(Answer::status)).contains(304);
    }

    @Test
    void twoFormsEditedFromOneBodyHaveTwoEtags() {
        Fields fields = Fields.of("Content-Type", "application/json", "ETag", "\"abc\"");
        Optional<String> one = etag(new Form("x as json"), fields);
        Optional<String> other = etag(new Form("x as html"), fields);

        assertThat(one).isPresent().isNotEqualTo(other);
        assertThat(etag(new Form("x as json"), fields)).isEqualTo(one);
    }

    private static Optional<String> etag(Form form, Fields fields) {
        Entry entry = EntryBuilder.entry(form.key()).fields(fields).build();
        return Presentation.of(form, entry, FakeResource.request("GET"), true)
                .fields()
                .first("ETag");
    }

    /** One form of a resource, selected by Accept and edited. */
    private record Form(String key) implements Resource {
        @Override
        public String title() {
            return key;
        }

        @Override
        public Lifetime lifetime() {
            return Lifetime.FOREVER;
        }

        @Override
        public List<String> selectedBy() {
            return List.of("Accept");
        }

        @Override
        public Upstream upstream() {
            return FakeResource.FILE.upstream();
        }

        @Override
        public Verdict judge(List<UpstreamAnswer> chain) {
            return new Verdict.Follow();
        }

        @Override
        public Optional<BodyEdit> edit(Fields received) {
            return FakeResource.FILE.edit(received);
        }
    }

    private static ResponseBuilder response(FakeResource resource, String method, String... fields) {
        return response(resource, entry(200, FILE, OptionalLong.of(10)), true, method, fields);
    }

    private static ResponseBuilder response(
            FakeResource resource, Entry entry, boolean forEverybody, String method, String... fields) {
        Request request = FakeResource.request(method, fields);
        return new ResponseBuilder(
                request,
                entry,
                Presentation.of(resource, entry, request, forEverybody),
                CacheStatus.ofHit(),
                Body.Onward.NONE);
    }

    private static Entry entry(int status, Fields fields, OptionalLong length) {
        return EntryBuilder.entry("x")
                .status(status)
                .fields(fields)
                .length(length)
                .build();
    }
}
