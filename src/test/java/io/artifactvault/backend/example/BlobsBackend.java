package io.artifactvault.backend.example;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.Resolution;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Request;
import java.util.Optional;

/** Turns requests into {@link BlobResource}s; called on event loops, so it only reads the path. */
final class BlobsBackend implements Backend {
    private final BlobsSettings settings;

    BlobsBackend(BlobsSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public String prefix() {
        return settings.prefix();
    }

    @Override
    public Resolution resolve(Request request) {
        String below = request.target().path().substring(prefix().length());
        Optional<Digest> sha256 = Digest.parse("sha256:" + below);
        if (sha256.isEmpty() || !request.isRead()) {
            return Resolution.Local.json(
                    404, "{\"error\":\"Ask by GET or HEAD for a sha256, 64 lower-case hex digits.\"}");
        }
        return new Resolution.Found(new BlobResource(settings, sha256.get()));
    }
}
