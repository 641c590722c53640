package io.artifactvault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.artifactvault.app.BackendTypes;
import io.artifactvault.backend.BackendSettings;
import io.artifactvault.backend.ConfiguredBackend;
import io.artifactvault.config.ConfigReader;
import io.artifactvault.config.Overrides;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What can be said of the examples and the image without running them; {@code examples/check} runs them. */
class ExamplesTest {
    private static final Path KUBERNETES = Path.of("examples/kubernetes/vault.yaml");
    private static final Path OCI = Path.of("examples/oci");

    @TempDir
    Path dir;

    static Stream<Path> yamlFiles() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("examples"))) {
            return files
                    .filter(file ->
                            file.toString().endsWith(".yml") || file.toString().endsWith(".yaml"))
                    .toList()
                    .stream();
        }
    }

    private static List<Object> documents(Path file) throws IOException {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        Yaml yaml = new Yaml(new SafeConstructor(options));
        return StreamSupport.stream(yaml.loadAll(Files.readString(file)).spliterator(), false)
                .toList();
    }

    /** What lies at a path of keys and positions, such as {@code spec/containers/0/name}. */
    private static Object at(Object document, String path) {
        Object found = document;
        for (String step : path.split("/", -1)) {
            found = found instanceof List<?> list ? list.get(Integer.parseInt(step)) : ((Map<?, ?>) found).get(step);
            assertThat(found).as("%s in %s", step, path).isNotNull();
        }
        return found;
    }

    private static Object kind(String kind) throws IOException {
        return documents(KUBERNETES).stream()
                .filter(document -> at(document, "kind").equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private static List<Object> each(Object list, String key) {
        List<Object> found = new ArrayList<>();
        for (Object one : (List<?>) list) {
            found.add(at(one, key));
        }
        return found;
    }

    @ParameterizedTest
    @MethodSource("yamlFiles")
    void everyYamlFileIsYaml(Path file) throws IOException {
        assertThat(documents(file))
                .isNotEmpty()
                .allSatisfy(document -> assertThat(document).isInstanceOf(Map.class));
    }

    @Test
    void whatKubernetesShallSelectIsThere() throws IOException {
        Object labels = at(kind("StatefulSet"), "spec/template/metadata/labels");
        assertThat(at(kind("StatefulSet"), "spec/selector/matchLabels")).isEqualTo(labels);
        assertThat(at(kind("Service"), "spec/selector")).isEqualTo(labels);
        assertThat(at(kind("PodDisruptionBudget"), "spec/selector/matchLabels")).isEqualTo(labels);
        assertThat(at(kind("NetworkPolicy"), "spec/podSelector/matchLabels")).isEqualTo(labels);
        assertThat(at(kind("StatefulSet"), "spec/serviceName")).isEqualTo(at(kind("Service"), "metadata/name"));
    }

    @Test
    void whatKubernetesMountsAndProbesIsThere() throws IOException {
        Object spec = at(kind("StatefulSet"), "spec/template/spec");
        Object vault = at(spec, "containers/0");
        Set<Object> volumes = new HashSet<>(each(at(spec, "volumes"), "name"));
        volumes.addAll(each(at(kind("StatefulSet"), "spec/volumeClaimTemplates"), "metadata/name"));
        assertThat(volumes).containsExactlyInAnyOrderElementsOf(each(at(vault, "volumeMounts"), "name"));
        List<Object> ports = each(at(vault, "ports"), "name");
        for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            assertThat(ports).contains(at(vault, probe + "/httpGet/port"));
            assertThat(at(vault, probe + "/httpGet/path")).isEqualTo("/healthz");
        }
        assertThat(ports).contains(at(kind("Service"), "spec/ports/0/targetPort"));
        assertThat(ports).contains(at(kind("NetworkPolicy"), "spec/ingress/0/ports/0/port"));
        assertThat(at(vault, "securityContext/readOnlyRootFilesystem")).isEqualTo(true);
    }

    @Test
    void theConfigurationsOfTheImageAndOfTheExamplesAreAccepted() throws IOException {
        String inKubernetes = (String) at(kind("ConfigMap"), "data/config.yml");
        Path copy = Files.writeString(dir.resolve("kubernetes.yml"), inKubernetes);
        Overrides elsewhere = new Overrides(Optional.empty(), Optional.empty(), Optional.of(dir.resolve("cache")));
        for (Path file : List.of(
                copy, Path.of("docker/config.yml"), Path.of("examples/pypi/vault.yml"), OCI.resolve("vault.yml"))) {
            assertThatCode(() -> new ConfigReader(BackendTypes.ALL).read(file, Map.of(), elsewhere))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void theDaemonSetWritesTheFileOfContainerd() throws IOException {
        List<Object> documents = documents(OCI.resolve("containerd-mirror.yaml"));
        String written = (String) at(documents.getFirst(), "data/hosts.toml");
        Object template = at(documents.getLast(), "spec/template");

        assertThat(Files.readString(OCI.resolve("certs.d/_default/hosts.toml"))).endsWith(written);
        assertThat(written).startsWith("[host.");
        assertThat(at(documents.getLast(), "spec/selector/matchLabels")).isEqualTo(at(template, "metadata/labels"));
        assertThat(each(at(template, "spec/containers/0/volumeMounts"), "name"))
                .isEqualTo(each(at(template, "spec/volumes"), "name"));
        assertThat(at(template, "spec/volumes/0/configMap/name")).isEqualTo(at(documents.getFirst(), "metadata/name"));
    }

    @Test
    void theMirrorsOfContainerEnginesAreThoseOfTheVault() throws Exception {
        List<? extends BackendSettings> registries = new ConfigReader(BackendTypes.ALL)
                .read(OCI.resolve("vault.yml"), Map.of(), Overrides.none()).backends().stream()
                        .map(ConfiguredBackend::settings)
                        .toList();
        List<String> prefixes = registries.stream()
                .map(registry -> registry.prefix().replace("/v2/", "/"))
                .toList();
        List<String> mirrored = Pattern.compile("location = \"vault.example.com:8080(/[a-z0-9]+)\"")
                .matcher(Files.readString(OCI.resolve("registries.conf")))
                .results()
                .map((MatchResult match) -> match.group(1) + "/")
                .toList();
        int listener = registries.getFirst().listen().orElseThrow().port();

        assertThat(mirrored).isEqualTo(prefixes);
        assertThat(Files.readString(OCI.resolve("daemon.json")))
                .contains("\"registry-mirrors\": [\"http://vault.example.com:" + listener + "\"]");
    }

    @Test
    void whatTheImageCopiesIsThereAndLetThrough() throws IOException {
        List<String> let = Files.readAllLines(Path.of(".dockerignore"));
        List<String> sources = Pattern.compile("^COPY (?:--chmod=\\d+ )?([^-\\s]\\S*) \\S+$", Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("Dockerfile")))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
        assertThat(sources).contains("pom.xml", "docker/vault").allSatisfy(source -> {
            assertThat(Path.of(source)).exists();
            assertThat(let).contains("!" + source);
        });
    }
}
