package io.artifactvault.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Fields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111 §3.1 and §3.2. */
class StoredFieldsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection",
                "Keep-Alive",
                "Proxy-Connection",
                "TE",
                "Trailer",
                "Transfer-Encoding",
                "Upgrade",
                "Proxy-Authenticate",
                "Proxy-Authentication-Info",
                "Proxy-Authorization",
            })
    void whatConcernsOneConnectionOrAProxyIsNotKept(String name) {
        assertThat(StoredFields.of(Fields.of(name, "x", "A", "1"))).isEqualTo(Fields.of("A", "1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Set-Cookie",
                "Content-Length",
                "Content-Encoding",
                "Content-Type",
                "ETag",
                "Last-Modified",
                "Date",
                "Age",
                "Expires",
                "X-Anything",
                "Warning",
                "Via",
            })
    void allElseIsKept(String name) {
        assertThat(StoredFields.of(Fields.of(name, "x"))).isEqualTo(Fields.of(name, "x"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Connection | A, b",
                "Cache-Control | no-cache=\"a, B\"",
                "Cache-Control | private=\"A,b\"",
                "Cache-Control | private=\"a\", no-cache=\"b\"",
                "CDN-Cache-Control | private=\"a, b\"",
            })
    void fieldsThatAnotherNamesAreNotKept(String by, String names) {
        Fields kept = StoredFields.of(Fields.of(by, names, "A", "1", "B", "2", "a", "3", "C", "4"));

        assertThat(kept.has("A")).isFalse();
        assertThat(kept.has("B")).isFalse();
        assertThat(kept.first("C")).contains("4");
    }

    @Test
    void a304ReplacesEveryFieldItHasButContentLength() {
        Fields stored = Fields.of("ETag", "\"a\"", "X", "1", "X", "2", "Content-Length", "36", "Y", "1", "Age", "9");

        Fields updated = StoredFields.updated(
                stored, Fields.of("X", "3", "Content-Length", "10", "Connection", "Z", "Z", "1", "New", "n"));

        assertThat(updated.all("X")).containsExactly("3");
        assertThat(updated.all("Content-Length")).containsExactly("36");
        assertThat(updated.all("Y")).containsExactly("1");
        assertThat(updated.all("New")).containsExactly("n");
        assertThat(updated.has("Z")).isFalse();
        assertThat(updated.has("Age")).isFalse();
    }

    @Test
    void a304BringsNothingNewToFieldsThatAnAllowListChose() {
        Fields updated = StoredFields.updatedWithin(
                Fields.of("ETag", "\"a\"", "X-Repo-Commit", "old"),
                Fields.of("x-repo-commit", "new", "Set-Cookie", "session=1"));

        assertThat(updated.all("X-Repo-Commit")).containsExactly("new");
        assertThat(updated.all("ETag")).containsExactly("\"a\"");
        assertThat(updated.has("Set-Cookie")).isFalse();
    }

    @Test
    void severalLinesOfA304AllCount() {
        assertThat(StoredFields.updated(
                                Fields.of("Set-Cookie", "a=b"), Fields.of("Set-Cookie", "a=c", "Set-Cookie", "d=e"))
                        .all("Set-Cookie"))
                .containsExactly("a=c", "d=e");
    }
}
