package io.artifactvault.backend.registry;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import java.util.Optional;
import java.util.OptionalLong;

/** A file, known by the digest in its address before upstream is asked; upstream itself says nothing of its content. */
final class FileOfPackage extends OfPackage {
    private final Digest sha256;

    FileOfPackage(RegistrySettings settings, Request request, String name, Digest sha256) {
        super(settings, request, name);
        this.sha256 = sha256;
    }

    @Override
    public String title() {
        return name + " file " + sha256.hex().substring(0, 12);
    }

    @Override
    public String key() {
        return KeyBuilder.key(settings.name(), "file", name, sha256.hex());
    }

    @Override
    public Lifetime lifetime() {
        return Lifetime.FOREVER;
    }

    @Override
    public Optional<Facts> promised() {
        return Optional.of(new Facts(
                Fields.of("Content-Type", "application/octet-stream"),
                OptionalLong.empty(),
                Optional.of(sha256),
                Optional.empty()));
    }

    @Override
    public Upstream upstream() {
        return at(settings.filesUrl(), "/" + name + "/" + sha256.hex(), Fields.EMPTY);
    }

    @Override
    Verdict content(UpstreamAnswer answer, Fields kept) {
        return new Verdict.Content(new Facts(kept, OptionalLong.empty(), Optional.empty(), Optional.empty()), true);
    }
}
