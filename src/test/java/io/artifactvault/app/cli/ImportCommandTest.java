package io.artifactvault.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.artifactvault.app.BackendTypes;
import io.artifactvault.app.LocalHubCache;
import io.artifactvault.app.VaultServer;
import io.artifactvault.config.ConfigReader;
import io.artifactvault.config.Overrides;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.StandardSet;
import io.artifactvault.testhub.TestHub;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code vault import} adopts what huggingface_hub keeps, by hash and without network, and opens nothing that the Hub would refuse. */
class ImportCommandTest {
    @TempDir
    Path dir;

    private final HttpClient client = HttpClient.newHttpClient();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private TestHub hub;
    private Path config;
    private LocalHubCache cache;

    @BeforeEach
    void open() throws Exception {
        hub = TestHub.standard();
        cache = new LocalHubCache(Files.createDirectories(dir.resolve("hub")));
        config = Files.writeString(dir.resolve("vault.yml"), """
                server: {host: 127.0.0.1, port: 0}
                admin: {host: 127.0.0.1, port: 0}
                cache: {dir: "%s"}
                backends:
                  - type: huggingface
                    config: {base_url: "%s", allow_private_redirects: true}
                """.formatted(dir.resolve("cache"), hub.base()));
    }

    @AfterEach
    void close() {
        client.close();
        hub.close();
    }

    private HubRepository tiny() {
        return hub.repo("models", "acme/tiny");
    }

    private int run(String... options) {
        out.getBuffer().setLength(0);
        String[] all = new String[options.length + 4];
        System.arraycopy(new String[] {"import", cache.root().toString(), "--config", config.toString()}, 0, all, 0, 4);
        System.arraycopy(options, 0, all, 4, options.length);
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all);
    }

    private VaultServer serve() throws Exception {
        return VaultServer.start(new ConfigReader(BackendTypes.ALL).read(config, Map.of(), Overrides.none()));
    }

    private HttpResponse<byte[]> get(VaultServer vault, String below, String... fields) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + vault.port() + "/huggingface/" + below));
        if (fields.length > 0) {
            request.headers(fields);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private void assertAllIsServed(VaultServer vault) throws Exception {
        byte[] info = get(vault, "api/models/acme/tiny/revision/main").body();
        JsonNode json = new ObjectMapper().readTree(info);
        assertThat(json.get("sha").asText()).isEqualTo(tiny().sha());
        assertThat(json.get("siblings")).hasSize(8);
        assertThat(get(vault, "api/models/acme/tiny/tree/" + tiny().sha() + "?recursive=true&expand=false")
                        .statusCode())
                .isEqualTo(200);
        for (String path : tiny().head().files().keySet()) {
            for (String revision : new String[] {tiny().sha(), "main"}) {
                HttpResponse<byte[]> answer =
                        get(vault, TestHub.resolve(tiny(), revision, path).substring(1));
                assertThat(answer.statusCode()).as(path).isEqualTo(200);
                assertThat(answer.body()).isEqualTo(tiny().at(path).content().bytes());
                assertThat(answer.headers().firstValue("etag"))
                        .hasValue("\"" + tiny().at(path).identity() + "\"");
            }
        }
    }

    @Test
    void cacheDirOnTheCommandLineNamesTheFolderThatIsFilledAsForServe() throws Exception {
        cache.linked(tiny());
        Path other = dir.resolve("other");

        int code = run("--cache-dir", other.toString());

        assertThat(code).isZero();
        assertThat(out.toString()).contains("into " + other.toAbsolutePath());
        assertThat(other.resolve("index.sqlite")).exists();
        assertThat(dir.resolve("cache")).doesNotExist();
    }

    @Test
    void anImportedRepositoryIsServedWithTheHubDownWhenTheOperatorSaysItIsPublic() throws Exception {
        cache.linked(tiny());
        hub.stop();
        assertThat(run("--public")).as(err.toString()).isZero();
        assertThat(out.toString()).contains("models/acme/tiny@").contains("8 copied, 0 already stored, 0 damaged");
        try (VaultServer vault = serve()) {
            assertAllIsServed(vault);
        }
        assertThat(run("--public")).isZero();
        assertThat(out.toString()).contains("0 copied, 8 already stored");
    }

    @Test
    void withoutPublicNoClientGetsTheImportWhileTheHubIsDown() throws Exception {
        cache.linked(tiny());
        run();
        hub.stop();
        try (VaultServer vault = serve()) {
            assertThat(get(vault, "acme/tiny/resolve/" + tiny().sha() + "/config.json")
                            .statusCode())
                    .isIn(502, 503, 504);
        }
    }

    @Test
    void withTheHubUpAccessIsConfirmedAndNoByteIsFetchedAgain() throws Exception {
        cache.linked(tiny());
        run();
        try (VaultServer vault = serve()) {
            assertAllIsServed(vault);
        }
        assertThat(hub.originBodyBytes()).isZero();
    }

    @Test
    void publicDoesNotOpenWhatTheHubRefuses() throws Exception {
        HubRepository gated = hub.repo("models", "acme/gated");
        cache.linked(gated);
        run("--public");
        try (VaultServer vault = serve()) {
            String file = "acme/gated/resolve/" + gated.sha() + "/config.json";
            assertThat(get(vault, file).statusCode()).isEqualTo(401);
            assertThat(get(vault, file, "Authorization", "Bearer " + StandardSet.BOB_TOKEN)
                            .statusCode())
                    .isEqualTo(403);
            assertThat(get(vault, file, "Authorization", "Bearer " + StandardSet.ALICE_TOKEN)
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThat(hub.originBodyBytes()).isZero();
    }

    @Test
    void aBlobThatIsNotWhatItsNameSaysIsNotTaken() throws Exception {
        Path folder = cache.linked(tiny());
        Files.writeString(
                folder.resolve("blobs").resolve(tiny().at("config.json").identity()), "{}");
        assertThat(run("--json")).isEqualTo(1);
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.at("/snapshots/0/damaged/0").asText()).isEqualTo("config.json");
        assertThat(json.at("/snapshots/0/copied").asInt()).isEqualTo(7);
    }

    @Test
    void copiesWithoutLinksAreKnownByTheNotedList() throws Exception {
        Path folder = cache.copied(tiny());
        cache.note(folder, tiny());
        hub.stop();
        assertThat(run("--public")).isZero();
        try (VaultServer vault = serve()) {
            assertAllIsServed(vault);
        }
    }

    @Test
    void aLinkThatLeadsOutIsNotFollowed() throws Exception {
        Path folder = cache.linked(tiny());
        Path secret = Files.writeString(dir.resolve("secret"), "secret");
        Files.createSymbolicLink(
                folder.resolve("snapshots").resolve(tiny().sha()).resolve("x"), secret);
        assertThat(run()).isZero();
        assertThat(out.toString()).contains("leads out of the folder").contains("8 copied");
    }

    @Test
    void anImportIsPinnedWhenAsked() throws Exception {
        cache.linked(tiny());
        run("--pin");
        out.getBuffer().setLength(0);
        Main.commandLine()
                .setOut(new PrintWriter(out))
                .execute(
                        "cache",
                        "stats",
                        "--json",
                        "--cache-dir",
                        dir.resolve("cache").toString());
        assertThat(new ObjectMapper().readTree(out.toString()).get("pinned").asInt())
                .isGreaterThanOrEqualTo(8);
    }

    @Test
    void aFolderThatIsNoCacheAndAFolderInUseAreReported() throws Exception {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("The folder contains no snapshot");
        cache.linked(tiny());
        try (VaultServer _ = serve()) {
            assertThat(run()).isEqualTo(2);
        }
        assertThat(err.toString()).contains("A vault is running on");
    }

    /** Opening a pipe waits for its writer, and a device does not end. */
    @Test
    @Timeout(120)
    void pipesSocketsAndDevicesArePassedOver() throws Exception {
        Path folder = cache.linked(tiny());
        Path snapshot = folder.resolve("snapshots").resolve(tiny().sha());
        pipe(snapshot.resolve("pipe.bin"));
        pipe(folder.resolve("blobs/pipe"));
        Files.createSymbolicLink(snapshot.resolve("to-pipe.bin"), Path.of("../../blobs/pipe"));
        Files.createSymbolicLink(snapshot.resolve("zero.bin"), Path.of("/dev/zero"));
        pipe(folder.resolve("refs/pipe"));
        Files.createSymbolicLink(folder.resolve("refs/zero"), Path.of("/dev/zero"));
        Files.createDirectories(folder.resolve("trees"));
        Files.createSymbolicLink(folder.resolve("trees/" + tiny().sha() + ".json"), Path.of("/dev/zero"));
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            // The address of a socket is shorter than the path in the cache; a renamed socket is still one.
            socket.bind(UnixDomainSocketAddress.of(dir.resolve("s")));
            Files.move(dir.resolve("s"), snapshot.resolve("s"));

            assertThat(run("--public")).as(err.toString()).isZero();
        }
        assertThat(out.toString())
                .contains(
                        "8 copied",
                        "pipe.bin is skipped, because it is no regular file",
                        "to-pipe.bin is skipped, because it is no regular file")
                .contains("snapshots/" + tiny().sha() + "/s is skipped, because it is no regular file")
                .contains(
                        "zero.bin is skipped, because it leads out of the folder",
                        "refs/zero is skipped, because it leads out of the folder")
                .contains(
                        "refs/pipe is skipped, because it is no regular file",
                        ".json is skipped, because it leads out of the folder");
    }

    private static void pipe(Path place) throws Exception {
        assertThat(new ProcessBuilder("mkfifo", place.toString()).start().waitFor())
                .isZero();
    }

    @Test
    void noLinkOutOfTheFolderIsFollowed() throws Exception {
        Path elsewhere = Files.createDirectories(dir.resolve("elsewhere"));
        Path secret = Files.writeString(elsewhere.resolve("secret.txt"), "secret");
        Path folder = cache.linked(tiny());
        Path snapshot = folder.resolve("snapshots").resolve(tiny().sha());
        Files.createSymbolicLink(snapshot.resolve("secret.txt"), secret);
        Files.createSymbolicLink(snapshot.resolve("secrets"), elsewhere);
        LocalHubCache other = new LocalHubCache(elsewhere);
        Path moved = other.linked(hub.repo("datasets", "acme/ds"));
        Files.createSymbolicLink(cache.root().resolve("datasets--acme--ds"), moved);
        Path half = Files.createDirectories(cache.root().resolve("models--acme--half"));
        Files.createSymbolicLink(half.resolve("snapshots"), folder.resolve("snapshots"));
        Path outside = Files.createDirectories(cache.root().resolve("models--acme--out"));
        Files.createSymbolicLink(outside.resolve("snapshots"), moved.resolve("snapshots"));

        assertThat(run("--public")).as(err.toString()).isZero();

        assertThat(out.toString())
                .contains(
                        "secret.txt is skipped, because it leads out",
                        "datasets--acme--ds is skipped, because it leads out")
                .contains("models--acme--out/snapshots is skipped, because it leads out")
                .doesNotContain("acme/ds@", "secrets");
    }

    /** Such names cannot be asked for, and must not end the import of all others. */
    @Test
    void aFileOrRepositoryWithAnImpossibleNameIsReportedAndTheRestImported() throws Exception {
        Path folder = cache.copied(tiny());
        Path snapshot = folder.resolve("snapshots").resolve(tiny().sha());
        Files.writeString(snapshot.resolve("two\nlines.txt"), "x");
        Files.writeString(folder.resolve("refs/a b"), tiny().sha());
        Path odd = Files.createDirectories(cache.root().resolve("models--acme--o dd"));
        Files.createSymbolicLink(odd.resolve("snapshots"), Path.of("../" + folder.getFileName() + "/snapshots"));

        assertThat(run("--public")).as(err.toString()).isEqualTo(1);

        assertThat(out.toString()).contains("8 copied", "1 damaged", "its name is not that of a repository");
    }
}
