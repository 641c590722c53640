package io.artifactvault.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.app.BackendTypes;
import io.artifactvault.backend.BackendType;
import io.artifactvault.backend.ConfiguredBackend;
import io.artifactvault.backend.generic.GenericSettings;
import io.artifactvault.backend.huggingface.HuggingFaceType;
import io.artifactvault.backend.oci.OciType;
import io.artifactvault.backend.pypi.PyPiType;
import io.artifactvault.fixtures.GenericSettingsBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Keeps the files for operators in step with the reader. */
class SampleTest {
    private static final Path SAMPLE = Path.of("config-sample.yml");
    private static final Path HUGGING_FACE = Path.of("config-huggingface.yml");
    private static final String REPORT = "(?s).*mutant\\.yml(:\\d+)?: [^\\n\\r]{10,}";

    @TempDir
    Path folder;

    private Set<String> knownSettings() throws Exception {
        Set<String> known = new TreeSet<>();
        var _ = new ConfigReader(BackendTypes.ALL, known::add).read(everythingOn(), Map.of(), Overrides.none());
        return known;
    }

    /** The sample with the settings that are switched off in it. */
    private Path everythingOn() throws IOException {
        String text = Files.readString(SAMPLE).replaceAll("(?m)^( *)#(?=[^ \n])", "$1");
        return Files.writeString(folder.resolve("everything.yml"), text);
    }

    @Test
    void everyCommentedSettingOfTheSampleShowsItsDefault() throws Exception {
        var backends = new ConfigReader(BackendTypes.ALL)
                .read(everythingOn(), Map.of(), Overrides.none())
                .backends();
        var http = (GenericSettings) backends.getLast().settings();

        assertThat(http)
                .isEqualTo(GenericSettingsBuilder.usual()
                        .name("files")
                        .prefix("/files/")
                        .build());
    }

    @Test
    void theCommentedPackageIndexOfTheSampleShowsItsDefaults() throws Exception {
        var backends = new ConfigReader(BackendTypes.ALL)
                .read(everythingOn(), Map.of(), Overrides.none())
                .backends();

        assertThat(backends.get(1).settings()).isEqualTo(new PyPiType().defaults());
    }

    @Test
    void theCommentedRegistriesOfTheSampleShowTheirDefaults() throws Exception {
        var backends = new ConfigReader(BackendTypes.ALL)
                .read(everythingOn(), Map.of(), Overrides.none())
                .backends();

        List<Object> shown =
                backends.stream().<Object>map(ConfiguredBackend::settings).toList();
        List<Object> defaults =
                OciType.ALL.stream().<Object>map(BackendType::defaults).toList();
        assertThat(shown).containsSubsequence(defaults);
    }

    @Test
    void theSampleShowsEveryTypeOfBackend() throws Exception {
        List<Class<?>> shown = new ConfigReader(BackendTypes.ALL)
                .read(everythingOn(), Map.of(), Overrides.none()).backends().stream()
                        .<Class<?>>map(backend -> backend.settings().getClass())
                        .toList();

        assertThat(BackendTypes.ALL)
                .allSatisfy(type -> assertThat(shown).contains(type.defaults().getClass()))
                .allSatisfy(type -> assertThat(Files.readString(Path.of("docs/configuration.md")))
                        .contains("`config` of type `" + type.name() + "`"));
    }

    @Test
    void theSampleEqualsTheDefaults() throws Exception {
        Path minimal = Files.writeString(folder.resolve("minimal.yml"), "backends: [{type: huggingface}]");

        assertThat(new ConfigReader(BackendTypes.ALL).read(SAMPLE, Map.of(), Overrides.none()))
                .isEqualTo(new ConfigReader(BackendTypes.ALL).read(minimal, Map.of(), Overrides.none()));
    }

    @Test
    void theSampleShowsEverySetting() throws Exception {
        Set<String> shown = new TreeSet<>();
        collect("", new YamlFile(everythingOn()).load(), shown);

        assertThat(shown).isEqualTo(knownSettings()).hasSizeGreaterThan(30);
    }

    private static void collect(String path, Node node, Set<String> shown) {
        if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(tuple -> {
                String name = ((ScalarNode) tuple.getKeyNode()).getValue();
                String inner = path.isEmpty() ? name : path + "." + name;
                shown.add(inner);
                collect(inner, tuple.getValueNode(), shown);
            });
        } else if (node instanceof SequenceNode list) {
            list.getValue().forEach(item -> collect(path + "[]", item, shown));
        }
    }

    @Test
    void theDocumentationNamesEverySetting() throws Exception {
        String documentation = Files.readString(Path.of("docs/configuration.md"));

        for (String setting : knownSettings()) {
            String name = setting.substring(setting.lastIndexOf('.') + 1);
            assertThat(documentation).contains("`" + name + "`");
        }
    }

    @Test
    void theFileForThePublicHubIsReadyForUse() throws Exception {
        VaultConfig config = new ConfigReader(BackendTypes.ALL).read(HUGGING_FACE, Map.of(), Overrides.none());

        assertThat(config.backends())
                .extracting(ConfiguredBackend::settings)
                .isEqualTo(List.of(HuggingFaceType.DEFAULTS));
        assertThat(config.store()).isEqualTo(Defaults.STORE);
    }

    /** Whatever becomes of the sample by accident: a configuration or one line with the place and the reason. */
    @Test
    void aThousandMutationsAreReadOrRefusedInOneLine() throws Exception {
        Random random = new Random(20_250_101);
        String sample = Files.readString(SAMPLE);
        int refused = 0;
        for (int i = 0; i < 1_000; i++) {
            Path mutant = Files.write(
                    folder.resolve("mutant.yml"), mutated(sample, random).getBytes(StandardCharsets.UTF_8));
            refused += isRefusedWell(mutant) ? 1 : 0;
        }
        assertThat(refused).isBetween(200, 990);
    }

    private static boolean isRefusedWell(Path mutant) throws IOException {
        try {
            var _ = new ConfigReader(BackendTypes.ALL).read(mutant, Map.of(), Overrides.none());
            return false;
        } catch (ConfigException e) {
            assertThat(e.getMessage()).matches(REPORT);
            return true;
        } catch (RuntimeException e) {
            throw new AssertionError("not refused but broken by:\n" + Files.readString(mutant), e);
        }
    }

    private static String mutated(String sample, Random random) {
        List<String> lines = new ArrayList<>(
                sample.lines().filter(line -> !line.strip().startsWith("#")).toList());
        for (int i = random.nextInt(3); i >= 0; i--) {
            mutate(lines, random);
        }
        return String.join("\n", lines);
    }

    private static void mutate(List<String> lines, Random random) {
        int at = random.nextInt(lines.size());
        String line = lines.get(at);
        int column = random.nextInt(line.length() + 1);
        String marks = ":{}[]&*!|>'\"%@`#-?, \t\u0000\u2028\ud83d$~/\\0x";
        switch (random.nextInt(7)) {
            case 0 ->
                lines.set(
                        at,
                        line.substring(0, column)
                                + marks.charAt(random.nextInt(marks.length()))
                                + line.substring(column));
            case 1 -> lines.set(at, line.substring(0, column));
            case 2 -> lines.add(at, lines.get(random.nextInt(lines.size())));
            case 3 -> lines.set(at, " " + line);
            case 4 -> lines.set(at, line.replaceFirst(":.*", ": " + (char) random.nextInt(0x3000)));
            case 5 -> lines.set(at, line.substring(Math.min(column, 2)));
            default -> lines.set(at, line.replaceFirst("\\w", String.valueOf((char) ('a' + random.nextInt(26)))));
        }
    }
}
