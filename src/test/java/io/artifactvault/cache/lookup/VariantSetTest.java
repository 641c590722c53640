package io.artifactvault.cache.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.caching.VaryKey;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VariantSetTest {
    private static final VaryKey FOO = VaryKey.parse("foo");

    @Test
    void aMenuIsReadBackAsItWasWritten() {
        for (VariantSet set : List.of(
                new VariantSet("g", List.of()),
                new VariantSet("g", List.of("")),
                new VariantSet("g", List.of("foo,bar", "")),
                new VariantSet("g", List.of("", "foo")),
                new VariantSet("g", List.of("foo"), Optional.of("f http http://o/x")))) {
            assertThat(VariantSet.parse(set.toString())).isEqualTo(set);
        }
    }

    @Test
    void theLatestSetOfNamesComesFirstAndOnce() {
        VariantSet set =
                new VariantSet("g", List.of()).with(FOO).with(VaryKey.parse("")).with(FOO);

        assertThat(set.names()).containsExactly("foo", "");
    }

    /** Hashes cannot be taken back, so the step to format 3 of the index notes the key that they were taken with. */
    @Test
    void aMenuFromAFormerVersionFindsItsAnswersByTheirFormerKey() {
        Fields request = Fields.of("Foo", "1");
        VariantSet former = new VariantSet("g", List.of("foo"), Optional.of("f http http://o/x"));

        assertThat(former.keys("new", request))
                .containsExactly(KeyBuilder.key(
                        "new", "g", FOO.of("f http http://o/x", request).hex().substring(0, 32)));
        assertThat(former.with(VaryKey.parse("bar")).former()).contains("f http http://o/x");
    }

    @Test
    void aMenuIsBounded() {
        VariantSet set = new VariantSet("g", List.of());
        for (int i = 0; i < 100; i++) {
            set = set.with(VaryKey.parse("n" + i));
        }
        assertThat(set.names()).hasSize(8).startsWith("n99");
    }

    @Test
    void anAnswerIsFoundByTheRequestsThatItsVaryAdmits() {
        VariantSet set = new VariantSet("g", List.of()).with(FOO);
        String key = set.key("k", FOO, Fields.of("Foo", "1", "Bar", "2"));

        assertThat(set.keys("k", Fields.of("foo", "1"))).containsExactly(key);
        assertThat(set.keys("k", Fields.of("foo", "2"))).doesNotContain(key);
        assertThat(new VariantSet("h", set.names()).keys("k", Fields.of("foo", "1")))
                .doesNotContain(key);
        assertThat(set.keys("l", Fields.of("foo", "1"))).doesNotContain(key);
    }
}
