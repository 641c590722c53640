package io.artifactvault.backend.pypi;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.pypi.dist.ProjectName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FileTableTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final AgeGate GATE = new AgeGate(Duration.ofDays(7), Optional.empty(), List.of());

    private static FileTable table(List<String> uploaded) throws IOException {
        StringBuilder page = new StringBuilder("{\"files\":[");
        for (int i = 0; i < uploaded.size(); i++) {
            page.append(i == 0 ? "" : ",")
                    .append("{\"filename\":\"demo-" + i + ".zip\",\"url\":\"https://index.test/f/demo-" + i + ".zip\"")
                    .append(uploaded.get(i).isEmpty() ? "" : ",\"upload-time\":\"" + uploaded.get(i) + "\"")
                    .append('}');
        }
        return FileTable.read(
                new ByteArrayInputStream(page.append("]}").toString().getBytes(StandardCharsets.UTF_8)),
                ProjectName.parse("demo").orElseThrow(),
                new FilePaths(URI.create("https://index.test"), "", List.of()),
                GATE);
    }

    private static Instant uploadedAt(int second) {
        return START.plusSeconds(second);
    }

    @Test
    void theCountsAgreeWithTheFilesOneByOne() throws IOException {
        Random random = new Random(16);
        for (int i = 0; i < 300; i++) {
            List<Integer> seconds =
                    random.ints(random.nextInt(13), -1, 10).boxed().toList();
            compare(seconds, random.nextInt(-2, 12));
        }
    }

    /** @param seconds of the uploads; negative for a file without an upload time */
    private static void compare(List<Integer> seconds, int second) throws IOException {
        FileTable table = table(seconds.stream()
                .map(at -> at < 0 ? "" : uploadedAt(at).toString())
                .toList());
        Instant now = uploadedAt(second).plus(GATE.minAge());
        List<Integer> ripe =
                seconds.stream().filter(at -> at >= 0 && at <= second).toList();

        assertThat(table.ripe(now)).isEqualTo(ripe.size());
        assertThat(table.withheld(now)).isEqualTo(seconds.size() - ripe.size());
        assertThat(table.nextRipe(now))
                .isEqualTo(seconds.stream()
                        .filter(at -> at >= 0 && at > second)
                        .sorted()
                        .findFirst()
                        .map(at -> uploadedAt(at).plus(GATE.minAge())));
        for (int i = 0; i < seconds.size(); i++) {
            assertThat(table.at("f/demo-" + i + ".zip").orElseThrow().isAvailable(now))
                    .isEqualTo(seconds.get(i) >= 0 && seconds.get(i) <= second);
        }
    }

    @Test
    void aTimeWithoutAZoneOrBeyondAllCalendarsNeverRipens() throws IOException {
        FileTable table = table(List.of("2020-01-01T00:00:00", "yesterday", "+999999999-12-31T23:59:59Z"));

        assertThat(table.ripe(Instant.parse("2200-01-01T00:00:00Z"))).isZero();
        assertThat(table.withheld(START)).isEqualTo(3);
    }
}
