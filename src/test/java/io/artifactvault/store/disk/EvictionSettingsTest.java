package io.artifactvault.store.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvictionSettingsTest {
    @ParameterizedTest
    @CsvSource({"48000000, 2400000", "1000000000000, 268435456"})
    void aFullDiskCostsAtMostAPartOfASmallFileSystem(long total, long evicted) throws IOException {
        Space space = new Space() {
            @Override
            public long usable() {
                return 0;
            }

            @Override
            public long total() {
                return total;
            }
        };

        assertThat(EvictionSettings.emergency(space)).isEqualTo(evicted);
    }
}
