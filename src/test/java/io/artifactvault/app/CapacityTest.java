package io.artifactvault.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.config.ConfigReader;
import io.artifactvault.config.Overrides;
import io.artifactvault.config.VaultConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapacityTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path folder;

    private VaultConfig config(String server) throws Exception {
        Path file = Files.writeString(
                folder.resolve("x.yml"),
                "backends: [{type: huggingface}]\nserver: {" + server + "}\ncache: {dir: " + folder + "}\n");
        return new ConfigReader(BackendTypes.ALL).read(file, Map.of(), Overrides.none());
    }

    @ParameterizedTest(name = "{0} descriptors, {1} MiB of heap: {2} connections")
    @CsvSource({
        "1024, 256, 256",
        "4096, 4096, 3328",
        "65536, 4096, 64768",
        "65536, 256, 8192",
        "1000000000, 1000000, 1000000",
        "20, 256, 16",
    })
    void connectionsLeaveDescriptorsAndHeapForOtherUses(long descriptors, long heap, int connections) throws Exception {
        assertThat(Capacity.of(config(""), OptionalLong.of(descriptors), heap * MIB, 0)
                        .connections())
                .isEqualTo(connections);
    }

    @Test
    void noMoreConnectionsArePromisedThanDescriptorsAllow() throws Exception {
        VaultConfig config = config("max_connections: 50000");
        assertThat(Capacity.of(config, OptionalLong.of(4096), 4096 * MIB, 0).connections())
                .isEqualTo(3328);
        assertThat(Capacity.of(config, OptionalLong.of(65536), 256 * MIB, 0).connections())
                .isEqualTo(50_000);
    }

    @Test
    void theBudgetIsAnEighthOfTheSmallerMemory() throws Exception {
        assertThat(Capacity.of(config(""), OptionalLong.empty(), 256 * MIB, 0).bufferedBytes())
                .isEqualTo(32 * MIB);
        assertThat(Capacity.of(config(""), OptionalLong.empty(), 256 * MIB, 64 * MIB)
                        .bufferedBytes())
                .isEqualTo(8 * MIB);
        assertThat(Capacity.of(
                        config("max_buffered_bytes: 10 MiB, max_buffered_share: 100"), OptionalLong.empty(), 1, 0))
                .extracting(Capacity::bufferedBytes, Capacity::bufferedShare)
                .containsExactly(10 * MIB, 10 * MIB);
    }

    @Test
    void thisProcessHasALimit() throws Exception {
        assertThat(Capacity.of(config("")).connections()).isPositive();
    }
}
