package io.artifactvault.backend.pypi;

import static io.artifactvault.backend.pypi.PyPiStage.sevenDays;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.artifactvault.app.cli.Main;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.testhub.Content;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code vault warm pypi}, {@code snapshot check pypi} and {@code unpin pypi}, in front of a scripted index. */
class WarmTest {
    private static final String WHEEL = "demo-1.0-py3-none-any.whl";
    private static final String OTHER = "demo-1.0-cp312-cp312-win_amd64.whl";
    private static final String SDIST = "demo-1.0.tar.gz";

    @TempDir
    Path dir;

    private final ScriptedIndex index = new ScriptedIndex();

    @SuppressWarnings("NullAway.Init") // opened before each test
    private PyPiStage vault;

    @SuppressWarnings("NullAway.Init") // added before each test
    private Content wheel;

    private Content other = Content.of("");
    private Content sdist = Content.of("");
    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    @BeforeEach
    void open() throws Exception {
        String ripe = "\"upload-time\":\"2025-12-01T00:00:00Z\"";
        wheel = index.add("demo", WHEEL, 1, ripe);
        other = index.add("demo", OTHER, 2, ripe);
        sdist = index.add("demo", SDIST, 3, ripe);
        index.add("demo", "demo-2.0-py3-none-any.whl", 4, "\"upload-time\":\"2025-12-31T23:00:00Z\"");
        vault = PyPiStage.open(dir.resolve("vault"), index);
    }

    @AfterEach
    void close() {
        vault.close();
        index.close();
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--endpoint");
        all.add("http://127.0.0.1:" + vault.stage.vault().adminPort());
        out = new StringWriter();
        err = new StringWriter();
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
    }

    private JsonNode job(int exit, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        assertThat(run(all.toArray(String[]::new))).as("%s%s", out, err).isEqualTo(exit);
        return new ObjectMapper().readTree(out.toString()).at("/jobs/0");
    }

    private String file(String name, String text) throws Exception {
        return Files.writeString(dir.resolve(name), text).toString();
    }

    /** As uv writes it against the public index. */
    private String uvLock(String sha256OfTheWheel) throws Exception {
        return file("uv.lock", """
                version = 1
                requires-python = ">=3.12"

                [[package]]
                name = "demo"
                version = "1.0"
                source = { registry = "https://pypi.org/simple" }
                sdist = { url = "https://files.pythonhosted.org/packages/xx/%s", hash = "sha256:%s", size = 50000 }
                wheels = [
                    { url = "https://files.pythonhosted.org/packages/yy/%s", hash = "sha256:%s", size = 50000 },
                    { url = "https://files.pythonhosted.org/packages/zz/%s", hash = "sha256:%s", size = 50000 },
                ]
                """.formatted(SDIST, sdist.sha256(), WHEEL, sha256OfTheWheel, OTHER, other.sha256()));
    }

    private String requirements(String... lines) throws Exception {
        return file("requirements.txt", String.join("\n", lines) + "\n");
    }

    private String below(String name) {
        return "packages/aa/" + name;
    }

    private long fetched(String name) {
        return index.filesAsked().stream()
                .filter(asked -> asked.startsWith("GET ") && asked.endsWith("/" + name))
                .count();
    }

    @Test
    void aDryRunCountsExactlyAndARunFetchesThat() throws Exception {
        String lock = uvLock(wheel.sha256());
        JsonNode dry = job(0, "warm", "pypi", lock, "--dry-run");

        assertThat(dry.at("/chosen/files").asInt()).isEqualTo(3);
        assertThat(dry.at("/chosen/bytes").asLong()).isEqualTo(150_000);
        assertThat(dry.at("/message").asText()).isEqualTo("3 files would be fetched, with 150000 bytes.");
        assertThat(index.filesAsked()).isEmpty();

        JsonNode run = job(0, "warm", "pypi", lock);

        assertThat(run.at("/fetched/files").asInt()).isEqualTo(3);
        assertThat(run.at("/fetched/bytes").asLong()).isEqualTo(150_000);
        assertThat(index.filesAsked()).hasSize(3);
        index.index.stop();
        assertThat(vault.get(below(WHEEL)).body()).isEqualTo(wheel.bytes());
        assertThat(job(0, "warm", "pypi", lock, "--dry-run").at("/held/files").asInt())
                .isEqualTo(3);
    }

    @Test
    void aSecondRunFetchesOnlyTheRestAlsoAfterARestart() throws Exception {
        String lock = uvLock(wheel.sha256());
        index.scripts.put(
                "/packages/aa/" + OTHER, (_, reply) -> reply.status(500).answer("{}"));

        JsonNode first = job(1, "warm", "pypi", lock);

        assertThat(first.at("/fetched/files").asInt()).isEqualTo(2);
        assertThat(first.at("/trouble/0/path").asText()).isEqualTo(OTHER);
        assertThat(first.at("/message").asText()).contains("run the command again to continue");
        vault.stage.restart();
        index.scripts.clear();
        index.reset();
        JsonNode second = job(0, "warm", "pypi", lock);
        assertThat(second.at("/held/files").asInt()).isEqualTo(2);
        assertThat(second.at("/fetched/files").asInt()).isEqualTo(1);
        assertThat(index.filesAsked()).containsExactly("GET /packages/aa/" + OTHER);
    }

    @Test
    void tagsSelectWheelsAndASourceDistributionOnlyWhereNoneFits() throws Exception {
        String lock = uvLock(wheel.sha256());

        assertThat(job(0, "warm", "pypi", lock, "--python", "3.12", "--platform", "manylinux_2_28_x86_64")
                        .at("/fetched/files")
                        .asInt())
                .isEqualTo(1);
        assertThat(index.filesAsked()).containsExactly("GET /packages/aa/" + WHEEL);
        assertThat(job(0, "warm", "pypi", lock, "--python", "3.12", "--platform", "win_amd64")
                        .at("/fetched/files")
                        .asInt())
                .isEqualTo(1);
        assertThat(fetched(OTHER)).isEqualTo(1);
        assertThat(fetched(SDIST)).isZero();
    }

    @Test
    void aHashThatDiffersIsReportedAndNothingIsFetched() throws Exception {
        String lock = uvLock("0".repeat(64));

        JsonNode job = job(1, "warm", "pypi", lock);

        assertThat(job.at("/fetched/files").asInt()).isEqualTo(2);
        assertThat(job.at("/trouble")).hasSize(1);
        assertThat(job.at("/trouble/0/path").asText()).isEqualTo(WHEEL);
        assertThat(job.at("/trouble/0/reason").asText())
                .contains("uv.lock, package demo")
                .contains("sha256:" + wheel.sha256())
                .contains("sha256:" + "0".repeat(64));
        assertThat(fetched(WHEEL)).isZero();
        assertThat(run("snapshot", "check", "pypi", lock)).isEqualTo(1);
        assertThat(out.toString()).contains(WHEEL);
    }

    @Test
    void aHashThatTheIndexDoesNotGiveIsComparedWithTheContent() throws Exception {
        Content plain = ScriptedIndex.wheel(7);
        index.contents.put("/packages/aa/plain-1.0.tar.gz", plain);
        index.list(
                "plain",
                new ScriptedIndex.Listed("plain-1.0.tar.gz", index.index.base() + "/packages/aa/plain-1.0.tar.gz", ""));

        JsonNode right = job(0, "warm", "pypi", requirements("plain==1.0 --hash=sha256:" + plain.sha256()));
        JsonNode wrong = job(1, "warm", "pypi", requirements("plain==1.0 --hash=sha256:" + "1".repeat(64)));

        assertThat(right.at("/chosen/bytes").asLong()).as("by HEAD").isEqualTo(50_000);
        assertThat(wrong.at("/trouble/0/reason").asText())
                .contains("sha256:" + plain.sha256())
                .contains("sha256:" + "1".repeat(64));
    }

    @Test
    void aCheckSaysWhichFilesAreMissing() throws Exception {
        String lock = uvLock(wheel.sha256());
        job(0, "warm", "pypi", lock, "--python", "3.12", "--platform", "manylinux_2_28_x86_64");

        assertThat(run("snapshot", "check", "pypi", lock)).isEqualTo(1);
        assertThat(out.toString())
                .contains(OTHER + ": missing")
                .contains(SDIST + ": missing")
                .doesNotContain(WHEEL + ": missing");
        assertThat(fetched(OTHER)).isZero();
        job(0, "warm", "pypi", lock);
        index.index.stop();
        assertThat(run("snapshot", "check", "pypi", lock)).isZero();
        assertThat(out.toString()).contains("Complete and verified");
    }

    @Test
    void aPinProtectsTheFilesUntilItsNameHoldsOthersOrIsRemoved() throws Exception {
        job(0, "warm", "pypi", requirements("demo==1.0"), "--pin", "lab");

        assertThat(run("pins")).isZero();
        assertThat(out.toString()).contains("pypi lists/lab@").contains(" blobs");
        String before = out.toString();
        job(0, "warm", "pypi", requirements("demo==2.0"), "--pin", "lab");
        assertThat(run("pins")).isZero();
        assertThat(out.toString().lines()).hasSize(1);
        assertThat(out.toString()).isNotEqualTo(before);
        assertThat(run("unpin", "pypi", "lab")).isZero();
        assertThat(out.toString()).contains("lab: 1 unpinned");
        assertThat(run("unpin", "pypi", "lab")).isEqualTo(1);
    }

    @Test
    void requirementsAreFoundOnThePagesWithTheirMetadata() throws Exception {
        Content metadata = Content.of("Metadata-Version: 2.1\n");
        index.contents.put("/packages/aa/meta-1.0-py3-none-any.whl.metadata", metadata);
        index.add(
                "meta", "meta-1.0-py3-none-any.whl", 9, "\"core-metadata\":{\"sha256\":\"" + metadata.sha256() + "\"}");

        JsonNode job = job(0, "warm", "pypi", requirements("Meta==1.0.0"));

        assertThat(job.at("/fetched/files").asInt()).isEqualTo(2);
        index.index.stop();
        assertThat(vault.get(below("meta-1.0-py3-none-any.whl.metadata")).body())
                .isEqualTo(metadata.bytes());
    }

    @Test
    void hashesOfRequirementsSelectFiles() throws Exception {
        String some = requirements("demo==1.0 \\", "    --hash=sha256:" + sdist.sha256());
        JsonNode job = job(0, "warm", "pypi", some);

        assertThat(job.at("/fetched/files").asInt()).isEqualTo(1);
        assertThat(fetched(SDIST)).isEqualTo(1);
    }

    @Test
    void theAgeGateHoldsForWarmFiles() throws Exception {
        vault.close();
        vault = PyPiStage.open(dir.resolve("gated"), index, sevenDays(), PrivateTargets.ALL);
        String young = file("poetry.lock", """
                [[package]]
                name = "demo"
                version = "2.0"
                files = [{file = "demo-2.0-py3-none-any.whl", hash = "sha256:%s"}]

                [metadata]
                lock-version = "2.1"
                """.formatted(ScriptedIndex.wheel(4).sha256()));

        JsonNode job = job(1, "warm", "pypi", young);

        assertThat(job.at("/trouble/0/path").asText()).isEqualTo("demo-2.0-py3-none-any.whl");
        assertThat(job.at("/trouble/0/reason").asText()).contains("(403)").contains("min_age is 7 days");
        assertThat(index.filesAsked()).isEmpty();
        assertThat(job(1, "warm", "pypi", requirements("demo==2.0"), "--dry-run")
                        .at("/trouble/0/reason")
                        .asText())
                .contains("requirements.txt, line 1")
                .contains("min_age");
    }

    @Test
    void whatTheIndexDoesNotHaveIsNamedAndTheRestIsFetched() throws Exception {
        JsonNode job = job(1, "warm", "pypi", requirements("demo==1.0", "nothing==1.0", "demo==9.9"));

        assertThat(job.at("/fetched/files").asInt()).isEqualTo(3);
        assertThat(job.at("/troubles").asInt()).isEqualTo(2);
        assertThat(job.at("/trouble").toString()).contains("nothing").contains("demo 9.9");
    }

    @Test
    void packagesOfOtherIndexesAreLeftOutWithANote() throws Exception {
        String lock = file("pylock.toml", """
                lock-version = "1.0"
                created-by = "hand"
                [[packages]]
                name = "demo"
                version = "1.0"
                index = "%s/simple/"
                sdist = { name = "%s", url = "https://x.example/a", hashes = { sha256 = "%s" } }
                [[packages]]
                name = "far"
                version = "1.0"
                index = "https://far.example/simple"
                sdist = { name = "far-1.0.tar.gz", url = "https://x.example/b", hashes = { sha256 = "%s" } }
                """.formatted(index.index.base(), SDIST, sdist.sha256(), sdist.sha256()));

        assertThat(run("warm", "pypi", lock)).isZero();
        assertThat(out.toString())
                .contains("1 files")
                .contains("1 packages come from https://far.example/simple, which backend pypi does not serve");
    }

    @Test
    void filesThatCannotBeReadAreBadUsage() throws Exception {
        assertThat(run("warm", "pypi", requirements("demo>=1"))).isEqualTo(2);
        assertThat(err.toString()).contains("requirements.txt, line 1: demo has no exact version");
        assertThat(run("warm", "pypi", dir.resolve("nowhere.txt").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("nowhere.txt");
        assertThat(run("warm", "pypi", requirements("-r more.txt"))).isEqualTo(2);
        assertThat(err.toString()).contains("more.txt");
        assertThat(run("warm", "pypi", requirements("demo==1.0"), "--platform", "beos"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("\"beos\" is not a platform");
        assertThat(run("warm", "pypi", requirements("demo==1.0"), uvLock(wheel.sha256()), "--pin", "lab"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--pin gives one set of files a name");
        assertThat(run("warm", "pypi", requirements("demo==1.0"), "--backend", "npm"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("No backend with lists of files is named \"npm\"");
    }

    @Test
    void includedRequirementsAreSentAlong() throws Exception {
        Files.createDirectories(dir.resolve("deps"));
        file("deps/base.txt", "demo==2.0\n");

        JsonNode job = job(0, "warm", "pypi", requirements("-r deps/base.txt", "demo==1.0"));

        assertThat(job.at("/fetched/files").asInt()).isEqualTo(4);
    }
}
