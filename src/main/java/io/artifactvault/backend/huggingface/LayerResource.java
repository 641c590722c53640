package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.backend.huggingface.route.HubRoute;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import io.artifactvault.http.Scan;
import io.artifactvault.http.conditional.EntityTag;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A layer of a GGUF model. Its digest is its name, but does not grant access: the Hub must have confirmed that this
 * repository has the layer, and that this caller may read it.
 */
final class LayerResource extends RegistryResource {
    private final HubRoute.Layer layer;
    private final String digest;

    LayerResource(Hub hub, Request request, HubRoute.Layer layer) {
        super(hub, request, layer.repository());
        this.layer = layer;
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
    String state() {
        return digest;
    }

    @Override
    boolean isFixed() {
        return true;
    }

    @Override
    public Lifetime lifetime() {
        return Lifetime.FOREVER;
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
        boolean other = chain.stream()
                .flatMap(hop -> hub.hops().linked(hop).stream())
                .anyMatch(named -> !named.equals(content()));
        if (other) {
            return new Verdict.Unexpected("it names content other than the layer");
        }
        if (last.isRedirect()) {
            return hub.hops().linked(last).isPresent()
                    ? new Verdict.Content(facts(last, "X-Linked-Size"), false)
                    : new Verdict.Follow();
        }
        if (last.status() == 200) {
            return new Verdict.Content(facts(last, "Content-Length"), true);
        }
        return hub.hops().isOwn(chain)
                ? HubErrors.judgeNow(last)
                : new Verdict.Unexpected("the layer's host responded " + last.status());
    }

    /**
     * A redirect may also lead to a login page: only the Hub's own response shows that the caller may receive the
     * layer.
     */
    @Override
    public Naming naming(List<UpstreamAnswer> chain) {
        return hub.hops().hasNamed(chain, Optional.of(content())) ? Naming.UPSTREAM : Naming.ADDRESS;
    }

    /**
     * Ollama reads Location even from a 200, and fetches from there in parts, without a token. For a caller without a
     * credential, Location is the layer's own address; otherwise it is a link that contains the caller's credential.
     */
    @Override
    public Fields present(Fields stored, Request current) {
        if (current.fields().has("Range")) {
            return stored;
        }
        String address = hub.mount(current) + "v2/" + layer.repository().id() + "/blobs/" + digest;
        return request.credential()
                .map(caller -> hub.layerLinks()
                        .query(layer, caller, hub.settings().linkTtl())
                        .map(link ->
                                stored.with("Location", address + "?" + link).with("Cache-Control", "private"))
                        .orElse(stored))
                .orElseGet(() -> stored.with("Location", address));
    }

    private Digest content() {
        return new Digest(Digest.Algorithm.SHA256, digest.substring("sha256:".length()));
    }

    private Facts facts(UpstreamAnswer answer, String sizeField) {
        String sha256 = content().hex();
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
        OptionalLong length = answer.fields().first(sizeField).filter(text -> Scan.isNumber(text, 18)).stream()
                .mapToLong(Long::parseLong)
                .findFirst();
        return new Facts(fields, length, Optional.of(content()), Optional.empty());
    }
}
