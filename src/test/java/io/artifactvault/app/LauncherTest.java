package io.artifactvault.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs the launcher in a folder of its own, with a play JDK and a play Maven: nothing is built. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final String FLAGS = "--enable-native-access=ALL-UNNAMED -XX:+ExitOnOutOfMemoryError";
    private static final List<String> TOOLS =
            List.of("sh", "cat", "cksum", "dirname", "find", "head", "mkdir", "mv", "readlink", "rm", "sed", "touch");

    /** Its path has a space, as some have. */
    @TempDir
    Path temp;

    private Path home = Path.of("replaced");
    private Path bin = Path.of("replaced");
    private final Map<String, String> environment = new TreeMap<>();

    private record Outcome(int exit, String out, String err) {}

    @BeforeEach
    void copyTheLauncher() throws IOException {
        Path root = temp.toRealPath();
        home = root.resolve("the vault");
        bin = Files.createDirectories(root.resolve("bin"));
        Files.createDirectories(home.resolve("src/main"));
        Files.createDirectories(home.resolve("target"));
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        Files.copy(Path.of("vault"), home.resolve("vault"));
        executable(home.resolve("vault"));
        for (String tool : TOOLS) {
            script(bin.resolve(tool), "exec " + find(tool) + " \"$@\"\n");
        }
        environment.put("PATH", bin.toString());
        environment.put("HOME", root.toString());
        environment.put("VAULT_JVM_DIR", root.resolve("jvm").toString());
    }

    private List<Path> caches() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("target"))) {
            return files.filter(file -> file.toString().contains(".aot")).toList();
        }
    }

    private static Path find(String tool) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    private static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path script(Path file, String body) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body);
        executable(file);
        return file;
    }

    /** A folder with a java that says its arguments and makes no AOT cache. */
    private Path jdk(String name, String version) throws IOException {
        Path folder = temp.toRealPath().resolve(name);
        script(folder.resolve("bin/java"), "echo \"$0 $*\"\n");
        Files.writeString(folder.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return folder;
    }

    private void maven(String body) throws IOException {
        script(bin.resolve("mvn"), "echo \"mvn $*\"\necho \"in $PWD\"\n" + body);
    }

    private void haveJar() throws IOException {
        Files.writeString(home.resolve("target/artifact-vault.jar"), "jar");
    }

    private static void changeLater(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));
    }

    private Outcome run(Path launcher, Path workingFolder, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(temp, "out", "");
        Path err = Files.createTempFile(temp, "err", "");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(workingFolder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        int exit = builder.start().waitFor();
        return new Outcome(
                exit, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }

    private Outcome vault(String... arguments) throws Exception {
        return run(home.resolve("vault"), home, arguments);
    }

    @Test
    void aJarThatIsNewIsRunWithTheJdkOfJavaHome() throws Exception {
        Path jdk = jdk("my jdk", "25.0.1");
        environment.put("JAVA_HOME", jdk.toString());
        haveJar();

        Outcome outcome = vault("config", "check", "--config", "my file.yml");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exit()).isZero();
        assertThat(outcome.out())
                .isEqualTo(jdk + "/bin/java " + FLAGS + " -jar " + home
                        + "/target/artifact-vault.jar config check --config my file.yml\n");
    }

    @Test
    void flagsForTheJvmComeFromTheEnvironment() throws Exception {
        environment.put("JAVA_HOME", jdk("jdk", "25").toString());
        environment.put("VAULT_JAVA_OPTS", "-Xmx2g -Da=b");
        haveJar();

        assertThat(vault("config").out()).contains(FLAGS + " -Xmx2g -Da=b -jar ");
    }

    @Test
    void theLauncherIsFoundBehindLinksAndKeepsTheCallersFolder() throws Exception {
        Path jdk = jdk("jdk", "26-ea");
        script(jdk.resolve("bin/java"), "echo \"$PWD $*\"\n");
        environment.put("JAVA_HOME", jdk.toString());
        haveJar();
        Path elsewhere = Files.createDirectories(temp.toRealPath().resolve("else where/deep"));
        Path first = Files.createSymbolicLink(elsewhere.resolve("first"), Path.of("../../the vault/vault"));
        Path second = Files.createSymbolicLink(elsewhere.resolve("second"), first);

        assertThat(run(second, elsewhere, "config").out())
                .isEqualTo(elsewhere + " " + FLAGS + " -jar " + home + "/target/artifact-vault.jar config\n");
    }

    @Test
    void theJavaOnThePathIsFollowedToItsJdk() throws Exception {
        Path jdk = jdk("on path", "25");
        Files.createSymbolicLink(bin.resolve("java"), jdk.resolve("bin/java"));
        environment.put("JAVA_HOME", jdk("old", "1.8.0_202").toString());

        assertThat(vault("--java-home").out()).isEqualTo(jdk + "\n");
    }

    @Test
    void theUsualFoldersAreSearched() throws Exception {
        jdk("jvm/a-17", "17.0.15");
        Path jdk = jdk("jvm/b-25", "25.0.1");

        assertThat(vault("--java-home").out()).isEqualTo(jdk + "\n");
    }

    @Test
    void aJdkWithoutAReleaseFileIsAsked() throws Exception {
        Path jdk = jdk("jvm/asked", "25");
        Files.delete(jdk.resolve("release"));
        script(jdk.resolve("bin/java"), "echo 'openjdk version \"25.0.2\" 2026-01-20' >&2\n");

        assertThat(vault("--java-home").out()).isEqualTo(jdk + "\n");
    }

    @Test
    void withoutAJdkTheRemedyIsSaid() throws Exception {
        Path old = jdk("jvm/old", "17.0.15");
        Path wrong = Files.createDirectories(temp.toRealPath().resolve("no jdk"));
        environment.put("JAVA_HOME", wrong.toString());
        haveJar();

        Outcome outcome = vault("config");

        assertThat(outcome.exit()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .isEqualTo(
                        "vault: no JDK 25 or newer found in JAVA_HOME, on the PATH or in the usual folders; too old: 17 ("
                                + old + "). Install one (such as Temurin 25), or set JAVA_HOME to its folder\n");
    }

    @Test
    void aMissingJarIsBuilt() throws Exception {
        environment.put("JAVA_HOME", jdk("jdk", "25").toString());
        maven("echo jar > target/artifact-vault.jar\n");

        Outcome outcome = vault("config");

        assertThat(outcome.exit()).isZero();
        assertThat(outcome.out()).endsWith("/target/artifact-vault.jar config\n");
        assertThat(outcome.err())
                .isEqualTo("vault: building the jar, which takes about a minute …\n"
                        + "mvn -q -B -ntp -Dstyle.color=never -DskipTests -Dspotless.check.skip=true package\nin "
                        + home + "\n");
        assertThat(vault("config").err()).isEmpty();
    }

    @Test
    void aJarOlderThanTheSourcesIsBuiltAnew() throws Exception {
        environment.put("JAVA_HOME", jdk("jdk", "25").toString());
        maven("echo jar > target/artifact-vault.jar\n");
        for (String source : List.of("pom.xml", "src/main/A.java")) {
            Files.writeString(home.resolve(source), "new");
            haveJar();
            assertThat(vault("config").err()).isEmpty();
            changeLater(home.resolve(source));
            assertThat(vault("config").err()).contains("building the jar");
            Files.delete(home.resolve(source));
        }
    }

    @Test
    void aJarAloneNeedsNoSources() throws Exception {
        environment.put("JAVA_HOME", jdk("jdk", "25").toString());
        haveJar();
        Files.delete(home.resolve("pom.xml"));
        Files.delete(home.resolve("src/main"));

        assertThat(vault("config").err()).isEmpty();
    }

    @Test
    void withoutMavenTheRemedyIsSaid() throws Exception {
        environment.put("JAVA_HOME", jdk("jdk", "25").toString());

        Outcome outcome = vault("config");

        assertThat(outcome.exit()).isEqualTo(2);
        assertThat(outcome.err())
                .isEqualTo("vault: the jar has to be built, and Maven (mvn) is not on the PATH."
                        + " Install Maven 3.8 or newer and try again\n");
    }

    @Test
    void aFailedBuildStartsNothing() throws Exception {
        environment.put("JAVA_HOME", jdk("jdk", "25").toString());
        haveJar();
        changeLater(home.resolve("pom.xml"));
        maven("exit 1\n");

        Outcome outcome = vault("config");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).endsWith("vault: the build failed; see the output of Maven above\n");
    }

    @Test
    void theDemoRunsFromTheTestClassesWhichAreBuiltWhenMissing() throws Exception {
        environment.put("JAVA_HOME", jdk("jdk", "25").toString());
        haveJar();
        String classes = "target/test-classes/io/artifactvault/demo";
        maven("mkdir -p " + classes + "\necho x > " + classes + "/Demo.class\n");

        Outcome outcome = vault("demo", "--port", "1");

        assertThat(outcome.err()).startsWith("vault: building the demo");
        assertThat(outcome.out())
                .endsWith(" -cp " + home + "/target/artifact-vault.jar:" + home
                        + "/target/test-classes io.artifactvault.demo.Demo --port 1\n");
        assertThat(vault("demo").err()).isEmpty();
    }

    @Test
    void theProcessBecomesJavaSoThatSignalsReachIt() throws Exception {
        Path jdk = jdk("jdk", "25");
        script(jdk.resolve("bin/java"), "echo $$\n");
        environment.put("JAVA_HOME", jdk.toString());
        haveJar();
        Path out = temp.resolve("pid");
        ProcessBuilder builder = new ProcessBuilder(home.resolve("vault").toString(), "serve");
        builder.redirectOutput(out.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);

        Process process = builder.start();
        assertThat(process.waitFor()).isZero();
        assertThat(Files.readString(out).strip()).isEqualTo(Long.toString(process.pid()));
    }

    /** A java that makes AOT caches, and counts them. */
    private Path rehearsingJdk() throws IOException {
        Path jdk = jdk("my jdk", "25.0.1");
        script(jdk.resolve("bin/java"), """
                for flag; do
                    case $flag in -XX:AOTCacheOutput=*) echo cache > "${flag#*=}"; echo once >> "$0.made"; exit ;; esac
                done
                echo "$*"
                """);
        environment.put("JAVA_HOME", jdk.toString());
        haveJar();
        return jdk;
    }

    private static long made(Path jdk) throws IOException {
        return Files.readAllLines(jdk.resolve("bin/java.made")).size();
    }

    @Test
    void theFirstStartMakesAnAotCacheThatEveryCommandUses() throws Exception {
        Path jdk = rehearsingJdk();

        assertThat(vault("config").out()).doesNotContain("AOT");
        assertThat(vault("serve").err()).startsWith("vault: preparing faster starts, once");
        assertThat(caches()).hasSize(1);
        for (String command : List.of("serve", "config")) {
            Outcome outcome = vault(command);
            assertThat(outcome.err()).isEmpty();
            assertThat(outcome.out())
                    .isEqualTo(FLAGS + " -XX:AOTCache=" + caches().getFirst()
                            + " -Xlog:aot=off -Xlog:aot*=off -Xlog:cds=off -Xlog:cds*=off -jar " + home
                            + "/target/artifact-vault.jar " + command + "\n");
        }
        assertThat(made(jdk)).isEqualTo(1);
    }

    @Test
    void anotherJarAnotherJdkAndOtherFlagsMakeTheAotCacheAnew() throws Exception {
        Path jdk = rehearsingJdk();
        vault("serve");
        changeLater(home.resolve("target/artifact-vault.jar"));
        vault("serve");
        assertThat(made(jdk)).isEqualTo(2);
        Files.setLastModifiedTime(home.resolve("target/artifact-vault.jar"), FileTime.from(Instant.EPOCH));
        Files.delete(home.resolve("pom.xml"));
        Files.delete(home.resolve("src/main"));
        vault("serve");
        assertThat(made(jdk)).isEqualTo(2);

        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.2\"\n");
        vault("serve");
        assertThat(made(jdk)).isEqualTo(3);

        environment.put("VAULT_JAVA_OPTS", "-XX:+UseZGC");
        vault("serve");
        assertThat(made(jdk)).isEqualTo(4);
        assertThat(caches()).hasSize(1);
    }

    @Test
    void aJdkThatCannotMakeAnAotCacheIsAskedOnceAndStartsWithoutOne() throws Exception {
        Path jdk = jdk("jdk", "25");
        script(jdk.resolve("bin/java"), "echo \"$0 $*\" | tee -a \"$0.asked\"\nexit 1\n");
        script(bin.resolve("tee"), "exec " + find("tee") + " \"$@\"\n");
        environment.put("JAVA_HOME", jdk.toString());
        haveJar();

        vault("serve");
        Outcome second = vault("serve");

        assertThat(second.err()).isEmpty();
        assertThat(second.out())
                .isEqualTo(jdk + "/bin/java " + FLAGS + " -jar " + home + "/target/artifact-vault.jar serve\n");
        assertThat(Files.readAllLines(jdk.resolve("bin/java.asked"))).hasSize(3);
    }
}
