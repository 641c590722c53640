package io.artifactvault.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 §5 and §7.6.1. */
class FieldsTest {
    private static final Fields FIELDS = Fields.of("Accept", "a", "X-One", "1", "accept", "b");

    @Test
    void namesAreComparedWithoutCaseAndLinesKeptApart() {
        assertThat(FIELDS.first("ACCEPT")).contains("a");
        assertThat(FIELDS.all("aCCept")).containsExactly("a", "b");
        assertThat(FIELDS.joined("accept")).contains("a, b");
        assertThat(FIELDS.has("x-one")).isTrue();
        assertThat(FIELDS.first("x-two")).isEmpty();
        assertThat(FIELDS.joined("x-two")).isEmpty();
    }

    @Test
    void namesKeepTheirSpellingAndOrder() {
        List<String> seen = new ArrayList<>();
        FIELDS.forEach((name, value) -> seen.add(name + "=" + value));

        assertThat(seen).containsExactly("Accept=a", "X-One=1", "accept=b");
    }

    @Test
    void changesMakeNewFields() {
        assertThat(FIELDS.with("ACCEPT", "c")).isEqualTo(Fields.of("X-One", "1", "ACCEPT", "c"));
        assertThat(FIELDS.without("accept", "x-ONE")).isEqualTo(Fields.EMPTY);
        assertThat(FIELDS.only(Set.of("x-one"))).isEqualTo(Fields.of("X-One", "1"));
        assertThat(FIELDS.lines()).hasSize(3);
    }

    @Test
    void aBuilderDoesNotReachIntoWhatItBuilt() {
        Fields.Builder builder = Fields.builder().add("A", "1");
        Fields built = builder.build();
        builder.add("B", "2");

        assertThat(built).isEqualTo(Fields.of("A", "1"));
        assertThatThrownBy(() -> built.lines().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void printingShowsNoValues() {
        assertThat(Fields.of("Authorization", "Bearer secret")).hasToString("[Authorization]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a:", "a\r", "é", "a,b", "a\"", "(a)", "a\0", "a\n"})
    void aNameIsAToken(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> Fields.of(name, "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\rb", "a\nb", "a\r\nX: y", "a\0b"})
    void aValueCannotEndItsLine(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Fields.of("X", value))
                .withMessageNotContaining(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection",
                "Keep-Alive",
                "Proxy-Connection",
                "Proxy-Authenticate",
                "Proxy-Authorization",
                "TE",
                "Trailer",
                "Transfer-Encoding",
                "Upgrade",
                "transfer-encoding",
                "UPGRADE",
            })
    void aFieldOfOneConnectionStaysThere(String name) {
        assertThat(Fields.of("A", "1", name, "x", "B", "2").withoutHopByHop()).isEqualTo(Fields.of("A", "1", "B", "2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-one", "X-One", "close, X-One", "close ,\tx-one ,", ",,X-ONE", "\"x\", x-one"})
    void aFieldThatConnectionListsStaysThere(String connection) {
        assertThat(Fields.of("X-One", "1", "X-Two", "2", "Connection", connection)
                        .withoutHopByHop())
                .isEqualTo(Fields.of("X-Two", "2"));
    }

    @Test
    void everyConnectionLineCounts() {
        assertThat(Fields.of("connection", "a", "A", "1", "CONNECTION", "b", "B", "2")
                        .withoutHopByHop())
                .isEqualTo(Fields.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length",
                "Host",
                "Authorization",
                "Via",
                "Cache-Control",
                "ETag",
                "X-Connection",
                "Expect"
            })
    void allOtherFieldsAreForwarded(String name) {
        assertThat(Fields.of(name, "x", "Connection", "close").withoutHopByHop())
                .isEqualTo(Fields.of(name, "x"));
    }
}
