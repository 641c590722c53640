package io.artifactvault.cache.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.FillSettingsBuilder;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A change of one setting of the engine changes no other. */
class CacheSettingsTest {
    private static final FillSettings FILLS =
            FillSettingsBuilder.usual().maxFills(7).build();
    private static final CredentialSettings CREDENTIALS = new CredentialSettings(Duration.ofSeconds(1), 2, 3, 4, 5);
    private static final TokenSettings TOKENS =
            new TokenSettings(1, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, 2, 3);

    /** No component has its default, and no two of one type are equal. */
    private static final CacheSettings OTHERS = new CacheSettings(
            FILLS,
            Duration.ofSeconds(11),
            Duration.ofSeconds(12),
            13,
            14,
            15,
            16,
            Duration.ofSeconds(17),
            Duration.ofSeconds(18),
            Duration.ofSeconds(19),
            CREDENTIALS,
            TOKENS,
            true);

    private static Object value(RecordComponent component, CacheSettings settings) {
        try {
            return component.getAccessor().invoke(settings);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static List<String> differences(CacheSettings one, CacheSettings other) {
        return Arrays.stream(CacheSettings.class.getRecordComponents())
                .filter(component -> !value(component, one).equals(value(component, other)))
                .map(RecordComponent::getName)
                .toList();
    }

    @Test
    void noneOfTheOtherSettingsIsADefault() {
        assertThat(differences(CacheSettings.defaults(), OTHERS))
                .hasSize(CacheSettings.class.getRecordComponents().length);
    }

    @Test
    void settingsThatNothingChangesStayAsTheyAre() {
        assertThat(OTHERS.toBuilder().build()).isEqualTo(OTHERS);
        assertThat(CacheSettings.defaults().toBuilder().build()).isEqualTo(CacheSettings.defaults());
    }

    static Stream<Arguments> changes() {
        Duration time = Duration.ofSeconds(99);
        return Stream.of(
                change("fills", FillSettings.defaults(), set -> set.fills(FillSettings.defaults())),
                change("staleIfError", time, set -> set.staleIfError(time)),
                change("staleAfter", time, set -> set.staleAfter(time)),
                change("parallelSegments", 99, set -> set.parallelSegments(99)),
                change("maxClientRate", 99, set -> set.maxClientRate(99)),
                change(
                        "credentials",
                        CredentialSettings.defaults(),
                        set -> set.credentials(CredentialSettings.defaults())),
                change("offline", false, set -> set.offline(false)));
    }

    private static Arguments change(String name, Object value, UnaryOperator<CacheSettings.Builder> change) {
        return Arguments.of(name, value, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void aChangeIsOfItsOwnSettingOnly(String name, Object value, UnaryOperator<CacheSettings.Builder> change)
            throws Exception {
        CacheSettings changed = change.apply(OTHERS.toBuilder()).build();

        assertThat(differences(OTHERS, changed)).containsExactly(name);
        assertThat(CacheSettings.class.getMethod(name).invoke(changed)).isEqualTo(value);
    }

    @Test
    void changesAddUp() {
        CacheSettings changed = CacheSettings.defaults().toBuilder()
                .maxClientRate(1)
                .offline(true)
                .build();

        assertThat(differences(CacheSettings.defaults(), changed)).containsExactly("maxClientRate", "offline");
    }

    /** The engine's limits by default: one stream and no read-ahead would be slow, no limit at all unsafe. */
    @Test
    void theDefaultsLimitEveryClientAndServeStaleResponsesForAMonth() {
        CacheSettings defaults = CacheSettings.defaults();

        assertThat(defaults.offline()).isFalse();
        assertThat(defaults.maxClientRate()).isEqualTo(100);
        assertThat(defaults.staleIfError()).isEqualTo(Duration.ofDays(30));
        assertThat(defaults.staleAfter()).isEqualTo(Duration.ofSeconds(3));
        assertThat(defaults.segmentSize()).isEqualTo(8L << 20);
        assertThat(defaults.parallelSegments()).isEqualTo(8);
        assertThat(defaults.confirmedNegativeTtl()).isGreaterThan(defaults.hitForMissTtl());
    }
}
