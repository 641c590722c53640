package io.artifactvault.backend.pypi;

import static io.artifactvault.backend.pypi.PyPiStage.HTML;
import static io.artifactvault.backend.pypi.PyPiStage.JSON;
import static io.artifactvault.backend.pypi.PyPiStage.field;
import static io.artifactvault.backend.pypi.PyPiStage.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.PrivateTargets;
import io.artifactvault.testhub.Content;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The ways to files that the age gate withholds: each door by each file, cold, warm and stored before there was a gate.
 */
class AgeGateMatrixTest {
    private static final String YOUNG = "1.0";
    private static final String RIPE = "2.0";
    private static final String TIMELESS = "3.0";
    private static final String EXEMPT = "4.0";

    /** Ripens at 2026-01-02T00:00, a day after the clock's beginning. */
    private static final String RIPENING = "5.0";

    private static final List<String> ALL = List.of(YOUNG, RIPE, TIMELESS, EXEMPT, RIPENING);

    @TempDir
    Path dir;

    private final ScriptedIndex index = new ScriptedIndex();

    @SuppressWarnings("NullAway.Init") // each test opens it
    private PyPiStage vault;

    /** A way by which a client may learn of a file. */
    enum Door {
        JSON_PAGE,
        HTML_PAGE,
        VERSIONS,
        METADATA,
        DIRECT,
        RANGE,
        HEAD,
        PROVENANCE
    }

    enum Before {
        NOTHING,
        EACH_DOOR_WAS_TRIED,
        STORED_WITHOUT_A_GATE
    }

    @BeforeEach
    void list() {
        index.keys =
                "\"meta\":{\"api-version\":\"1.4\"},\"name\":\"demo\",\"versions\":[\"1.0\",\"2.0\",\"3.0\",\"4.0\","
                        + "\"5.0\"]";
        add(YOUNG, "2025-12-31T23:00:00Z");
        add(RIPE, "2025-12-25T00:00:00Z");
        add(TIMELESS, "");
        add(EXEMPT, "2025-12-31T23:00:00Z");
        add(RIPENING, "2025-12-26T00:00:00Z");
    }

    private void add(String version, String uploaded) {
        Content metadata = Content.of("Version: " + version + "\n");
        index.contents.put("/packages/aa/" + name(version) + ".metadata", metadata);
        index.contents.put(provenance(version), Content.of("{}"));
        index.add(
                "demo",
                name(version),
                version.charAt(0),
                "\"core-metadata\":{\"sha256\":\"" + metadata.sha256() + "\"},\"provenance\":\"" + provenance(version)
                        + '"' + (uploaded.isEmpty() ? "" : ",\"upload-time\":\"" + uploaded + '"'));
    }

    private static String name(String version) {
        return "demo-" + version + "-py3-none-any.whl";
    }

    private static String provenance(String version) {
        return "/integrity/demo/" + version + "/" + name(version) + "/provenance";
    }

    @AfterEach
    void close() {
        vault.close();
        index.close();
    }

    private void openGated() throws Exception {
        open(PyPiStage.sevenDays("demo==4.0"));
    }

    private void open(AgeGate gate) throws Exception {
        vault = PyPiStage.open(dir, index, gate, PrivateTargets.NONE);
    }

    private boolean isOpen(Door door, String version) throws Exception {
        String file = "packages/aa/" + name(version);
        return switch (door) {
            case JSON_PAGE -> vault.page("demo", JSON).contains(name(version));
            case HTML_PAGE -> vault.page("demo", HTML).contains(name(version));
            case VERSIONS -> {
                String page = vault.page("demo", JSON);
                yield page.substring(page.indexOf("\"versions\":")).contains('"' + version + '"');
            }
            case METADATA -> isServed(vault.get(file + ".metadata"));
            case DIRECT -> isServed(vault.get(file));
            case RANGE -> isServed(vault.get(file, "Range", "bytes=-100"));
            case HEAD -> isServed(vault.stage.head(file));
            case PROVENANCE -> isServed(vault.get(provenance(version).substring(1)));
        };
    }

    private static boolean isServed(HttpResponse<byte[]> response) {
        assertThat(response.statusCode()).isIn(200, 206, 403);
        return response.statusCode() != 403;
    }

    @ParameterizedTest
    @CsvSource({
        "JSON_PAGE, NOTHING",
        "JSON_PAGE, EACH_DOOR_WAS_TRIED",
        "JSON_PAGE, STORED_WITHOUT_A_GATE",
        "HTML_PAGE, NOTHING",
        "HTML_PAGE, EACH_DOOR_WAS_TRIED",
        "HTML_PAGE, STORED_WITHOUT_A_GATE",
        "VERSIONS, NOTHING",
        "VERSIONS, EACH_DOOR_WAS_TRIED",
        "VERSIONS, STORED_WITHOUT_A_GATE",
        "METADATA, NOTHING",
        "METADATA, EACH_DOOR_WAS_TRIED",
        "METADATA, STORED_WITHOUT_A_GATE",
        "DIRECT, NOTHING",
        "DIRECT, EACH_DOOR_WAS_TRIED",
        "DIRECT, STORED_WITHOUT_A_GATE",
        "RANGE, NOTHING",
        "RANGE, EACH_DOOR_WAS_TRIED",
        "RANGE, STORED_WITHOUT_A_GATE",
        "HEAD, NOTHING",
        "HEAD, EACH_DOOR_WAS_TRIED",
        "HEAD, STORED_WITHOUT_A_GATE",
        "PROVENANCE, NOTHING",
        "PROVENANCE, EACH_DOOR_WAS_TRIED",
        "PROVENANCE, STORED_WITHOUT_A_GATE"
    })
    void onlyRipeAndExemptFilesComeThroughADoor(Door door, Before before) throws Exception {
        prepare(before);

        assertThat(comingThrough(door)).containsExactly(RIPE, EXEMPT);
        vault.stage.clock.advance(Duration.ofHours(24).minusSeconds(1));
        assertThat(comingThrough(door)).containsExactly(RIPE, EXEMPT);
        vault.stage.clock.advance(Duration.ofSeconds(1));
        assertThat(comingThrough(door)).containsExactly(RIPE, EXEMPT, RIPENING);
        vault.stage.clock.advance(Duration.ofDays(30));
        assertThat(comingThrough(door)).containsExactly(YOUNG, RIPE, EXEMPT, RIPENING);
    }

    private void prepare(Before before) throws Exception {
        if (before == Before.STORED_WITHOUT_A_GATE) {
            open(AgeGate.OPEN);
            for (Door each : Door.values()) {
                assertThat(comingThrough(each)).isEqualTo(ALL);
            }
            vault.stage.awaitQuiet();
            vault.close();
        }
        openGated();
        if (before == Before.EACH_DOOR_WAS_TRIED) {
            for (Door each : Door.values()) {
                comingThrough(each);
            }
        }
    }

    private List<String> comingThrough(Door door) throws Exception {
        List<String> open = new ArrayList<>();
        for (String version : ALL) {
            if (isOpen(door, version)) {
                open.add(version);
            }
        }
        return open;
    }

    @Test
    void theRefusalNamesTheRuleAndTheTime() throws Exception {
        openGated();

        HttpResponse<byte[]> young = vault.get("packages/aa/" + name(YOUNG));
        assertThat(text(young))
                .contains("min_age is 7 days", "uploaded at 2025-12-31T23:00:00Z", "available at 2026-01-07T23:00:00Z");
        assertThat(field(young, "Cache-Control")).isEqualTo("no-store");
        assertThat(vault.why(young)).contains("min_age is 7 days");
        assertThat(text(vault.get("packages/aa/" + name(TIMELESS)))).contains("no upload time", "min_age");
        assertThat(index.filesAsked()).isEmpty();
    }

    @Test
    void theOperatorLearnsHowManyFilesAPageLacks() throws Exception {
        openGated();

        assertThat(vault.why(vault.get("simple/demo/"))).contains("without the 3 files that the age gate withholds");
    }

    @Test
    void thePageIsFreshUntilTheNextFileRipens() throws Exception {
        openGated();

        assertThat(freshness()).isEqualTo("max-age=300");
        vault.stage.clock.advance(Duration.ofHours(24).minusSeconds(100));
        assertThat(freshness()).isEqualTo("max-age=100");
        vault.stage.clock.advance(Duration.ofSeconds(60));
        assertThat(freshness()).isEqualTo("max-age=40");
        String tag = field(vault.get("simple/demo/"), "ETag");
        assertThat(vault.status("simple/demo/", "If-None-Match", tag)).isEqualTo(304);
        vault.stage.clock.advance(Duration.ofSeconds(40));
        assertThat(freshness()).isEqualTo("max-age=300");
        assertThat(vault.status("simple/demo/", "If-None-Match", tag)).isEqualTo(200);
    }

    private String freshness() throws Exception {
        return field(vault.get("simple/demo/"), "Cache-Control");
    }

    @Test
    void aVersionIsNotNamedIfItsOnlyFileIsWithheldUnderAnUnusualName() throws Exception {
        index.keys = "\"versions\":[\"2.0\",\"9.0\"]";
        index.add("demo", "demo-9.0.win32-py3.exe", 9, "\"upload-time\":\"2025-12-31T23:00:00Z\"");
        openGated();

        assertThat(vault.page("demo", JSON)).contains("\"versions\":[\"2.0\"]").doesNotContain("9.0");
    }

    @Test
    void filesOfOneNameRipenEachAtItsOwnTime() throws Exception {
        index.clear("demo");
        index.add("demo", name(RIPENING), 1, "\"upload-time\":\"2025-12-26T00:00:00Z\"");
        index.list(
                "demo",
                new ScriptedIndex.Listed(
                        name(RIPENING),
                        index.index.base() + "/other/" + name(RIPENING),
                        "\"upload-time\":\"2025-12-31T00:00:00Z\""));
        openGated();

        assertThat(vault.page("demo", JSON)).doesNotContain("packages/", "other/");
        vault.stage.clock.advance(Duration.ofDays(1));
        assertThat(vault.page("demo", JSON)).contains("packages/").doesNotContain("other/");
        vault.stage.clock.advance(Duration.ofDays(5));
        assertThat(vault.page("demo", JSON)).contains("packages/", "other/");
    }
}
