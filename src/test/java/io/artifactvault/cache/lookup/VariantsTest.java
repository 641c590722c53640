package io.artifactvault.cache.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Fields;
import io.artifactvault.http.caching.VaryKey;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.InMemoryEntryIndex;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class VariantsTest {
    private static final String PRIMARY = "https://origin/a";
    private static final VaryKey BY_FOO = VaryKey.of(Fields.of("Vary", "Foo"));

    private final InMemoryEntryIndex index = new InMemoryEntryIndex();
    private final Variants variants = new Variants(index, Clock.systemUTC());

    private static Entry entry(String key) {
        return new Entry(
                key,
                200,
                Fields.EMPTY,
                OptionalLong.of(1),
                Optional.empty(),
                Optional.empty(),
                Instant.EPOCH,
                Instant.EPOCH);
    }

    private static Entry entry(VariantSet set, String foo) {
        return entry(set.key(PRIMARY, BY_FOO, Fields.of("Foo", foo)));
    }

    @Test
    void entriesOfAnEarlierGenerationAreRemoved() {
        VariantSet set = variants.open(PRIMARY);
        Entry other = entry("https://origin/ab 1 2");
        index.put(other);
        List<Entry> answers = List.of(entry(set, "1"), entry(set, "2"));
        answers.forEach(answer -> variants.put(PRIMARY, set, BY_FOO, answer));
        assertThat(index.load(answers.getFirst().key())).isPresent();
        variants.invalidate(PRIMARY);

        for (Entry answer : answers) {
            assertThat(index.load(answer.key())).isEmpty();
        }
        assertThat(index.load(other.key())).isPresent();
    }

    @Test
    void aResponseForAnEarlierGenerationIsNotStored() {
        VariantSet set = variants.open(PRIMARY);
        variants.invalidate(PRIMARY);
        Entry late = entry(set, "1");

        assertThat(variants.put(PRIMARY, set, BY_FOO, late)).isFalse();
        assertThat(index.load(late.key())).isEmpty();
    }

    @Test
    void aFetchThatStoresNothingLeavesNothingBehind() {
        VariantSet set = variants.open(PRIMARY);

        assertThat(variants.load(PRIMARY)).isEmpty();
        assertThat(variants.open(PRIMARY)).isEqualTo(set);
        variants.put(PRIMARY, set, BY_FOO, entry(set, "1"));
        assertThat(variants.load(PRIMARY).orElseThrow().generation()).isEqualTo(set.generation());
    }

    @Test
    void aResponseRequestedBeforeAnInvalidationIsNotStored() {
        VariantSet early = variants.open(PRIMARY);
        variants.invalidate(PRIMARY);
        VariantSet set = variants.open(PRIMARY);

        assertThat(variants.put(PRIMARY, early, BY_FOO, entry(early, "1"))).isFalse();
        assertThat(variants.put(PRIMARY, set, BY_FOO, entry(set, "1"))).isTrue();
    }
}
