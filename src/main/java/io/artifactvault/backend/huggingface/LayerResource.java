package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.Digest;
import io.artifactvault.http.EntityTag;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A layer of a model in GGUF. Its digest is its name, but no key: the Hub must have said yes for this repository, and to this
 * caller.
 */
final class LayerResource extends RegistryResource {
    private final String digest;

    LayerResource(Hub hub, Request request, HubRoute.Layer layer) {
        super(hub, request, layer.repository());
        this.digest = layer.digest();
    }

    @Override
    public String title() {
        return "layer of " + repository().title() + " " + digest;
    }

    @Override
    public String key() {
        return KeyBuilder.key(
                hub.settings().name(),
                "layer",
                repository().type(),
                repository().id(),
                digest);
    }

    @Override
    public Duration lifetime() {
        return FOREVER;
    }

    @Override
    public Upstream upstream() {
        return hub.upstream("v2/" + repository().id() + "/blobs/" + digest, Hub.plainFields(), hub.credential(request));
    }

    @Override
    public boolean answersHead() {
        return true;
    }

    @Override
    Verdict meaning(List<UpstreamAnswer> chain) {
        UpstreamAnswer last = chain.getLast();
        if (last.isRedirect()) {
            boolean leavesTheHub =
                    last.fields().first("Location").flatMap(hub::below).isEmpty();
            return leavesTheHub ? new Verdict.Content(facts(last, "X-Linked-Size"), false) : new Verdict.Follow();
        }
        if (last.status() == 200) {
            return new Verdict.Content(facts(last, "Content-Length"), true);
        }
        return hub.isHere(last.uri())
                ? HubErrors.judge(last)
                : new Verdict.Alien("the layer's host answered " + last.status());
    }

    private Facts facts(UpstreamAnswer answer, String sizeField) {
        String sha256 = digest.substring("sha256:".length());
        Fields fields = Fields.of(
                        "Content-Type",
                        "application/octet-stream",
                        "ETag",
                        EntityTag.strong(sha256).toString(),
                        "Docker-Content-Digest",
                        digest)
                .toBuilder()
                .addAll(HubFields.FILE_CONSTANTS)
                .build();
        OptionalLong length = answer.fields().first(sizeField).filter(text -> text.matches("\\d{1,18}")).stream()
                .mapToLong(Long::parseLong)
                .findFirst();
        return new Facts(fields, length, Optional.of(new Digest(Digest.Algorithm.SHA256, sha256)), Optional.empty());
    }
}
