package io.artifactvault.proofs;

import io.artifactvault.proofs.attack.Arrivals;
import io.artifactvault.proofs.attack.AwkwardOrigin;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.TestHub;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The origins of an attacked vault: a Hub with its CDN, and an HTTP origin, which run in this process. */
final class Scene implements AutoCloseable {
    private final TestHub hub = TestHub.empty();
    private final Arrivals late = new Arrivals();
    private final AwkwardOrigin origin = new AwkwardOrigin(late);

    /** A file below a mount of the vault. */
    record Offered(String target, Content content) {}

    TestHub hub() {
        return hub;
    }

    AwkwardOrigin origin() {
        return origin;
    }

    /** Requests for what is answered late. */
    Arrivals late() {
        return late;
    }

    /** Where the vault may have connections to. */
    Set<Integer> ports() {
        return Set.of(hub.hub().port(), hub.cdn().port(), origin.origin().port());
    }

    /**
     * Mounts the Hub at {@code /huggingface/}, the HTTP origin at {@code /http/}, and once more, for two requests at once, at
     * {@code /limited/}.
     *
     * @param settings of {@code cache}, beside its folder
     * @param timeout of the origins
     */
    VaultProcess.Configuration configuration(Path cache, String settings, Duration timeout) {
        return (port, adminPort) -> """
                server: {host: 127.0.0.1, port: %d, drain_timeout: 1s}
                admin: {host: 127.0.0.1, port: %d}
                cache: {dir: %s, min_free: 0%s}
                origin: {keep_alive: 5s}
                backends:
                  - type: huggingface
                    config: {base_url: "%s", prefix: /huggingface/, allow_private_redirects: true, metadata_ttl: 1, timeout: %ds}
                  - type: http
                    name: http
                    config: {base_url: "%s", prefix: /http/, timeout: %ds}
                  - type: http
                    name: limited
                    config: {base_url: "%s", prefix: /limited/, timeout: %ds, max_connections: 2}
                """.formatted(
                        port,
                        adminPort,
                        cache.toAbsolutePath(),
                        settings.isEmpty() ? "" : ", " + settings,
                        hub.base(),
                        timeout.toSeconds(),
                        origin.base(),
                        timeout.toSeconds(),
                        origin.base(),
                        timeout.toSeconds());
    }

    /** A new repository with so many LFS files of one size, as clients of the vault ask for them at its commit. */
    List<Offered> files(String id, int count, int size) {
        HubRepository repository = hub.repo("models", id);
        List<Content> contents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Content content = Content.generated(size, id.hashCode() * 1_000_003L + i);
            repository.lfs(name(i), content);
            contents.add(content);
        }
        String commit = repository.push();
        List<Offered> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            files.add(new Offered("/huggingface" + TestHub.resolve(repository, commit, name(i)), contents.get(i)));
        }
        return files;
    }

    private static String name(int i) {
        return "file-" + i + ".bin";
    }

    @Override
    public void close() {
        hub.close();
        origin.close();
    }
}
