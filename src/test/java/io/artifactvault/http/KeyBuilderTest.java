package io.artifactvault.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyBuilderTest {
    @Test
    void eachPartStandsBehindItsLength() {
        assertThat(KeyBuilder.key("hf", "", "a b")).isEqualTo("2:hf 0: 3:a b");
        assertThat(KeyBuilder.beginning("hf", "x")).isEqualTo("2:hf 1:x ");
    }

    @Test
    void noTwoListsOfPartsHaveOneKey() {
        Random random = new Random(13);
        Map<String, List<String>> partsByKey = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            List<String> parts = new ArrayList<>();
            for (int n = random.nextInt(4); n >= 0; n--) {
                StringBuilder part = new StringBuilder();
                for (int c = random.nextInt(5); c > 0; c--) {
                    part.append("1: \na".charAt(random.nextInt(5)));
                }
                parts.add(part.toString());
            }
            assertThat(partsByKey.merge(KeyBuilder.key(parts), parts, (before, _) -> before))
                    .isEqualTo(parts);
        }
    }

    @Test
    void aBeginningFitsOnlyKeysWithThoseParts() {
        String beginning = KeyBuilder.beginning("a", "b");

        assertThat(KeyBuilder.key("a", "b", "c")).startsWith(beginning);
        assertThat(KeyBuilder.key("a", "b c")).doesNotStartWith(beginning);
        assertThat(KeyBuilder.key("a", "bc", "c")).doesNotStartWith(beginning);
    }
}
