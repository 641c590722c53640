package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.backend.huggingface.route.HubRoute;
import io.artifactvault.backend.huggingface.route.RegistryClient;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The manifest of a GGUF model from the Hub's registry, stored for {@code metadata_ttl} by the kind of client:
 * llama.cpp gets JSON of a different shape than Ollama. Only that kind is derived from the client's fields, so one
 * manifest serves all clients of a kind.
 */
final class ManifestResource extends RegistryResource {
    private final String tag;
    private final RegistryClient client;

    ManifestResource(Hub hub, Request request, HubRoute.Manifest manifest) {
        super(hub, request, manifest.repository());
        this.tag = manifest.tag();
        this.client = RegistryClient.of(request);
    }

    @Override
    public String title() {
        return "manifest of " + repository().title() + " " + tag;
    }

    @Override
    public String key() {
        return KeyBuilder.key(
                hub.settings().name(),
                "manifest",
                repository().type(),
                repository().id(),
                tag,
                client.name());
    }

    @Override
    String state() {
        return key();
    }

    @Override
    boolean isFixed() {
        return false;
    }

    @Override
    public Lifetime lifetime() {
        return Lifetime.byRule(hub.settings().metadataTtl());
    }

    @Override
    public Upstream upstream() {
        return hub.upstream(
                "v2/" + repository().id() + "/manifests/" + tag,
                client.addTo(Hub.plainFields()),
                hub.credential(request));
    }

    /** The response to a client's HEAD must give the length, which requires a GET. */
    @Override
    public boolean answersHead() {
        return false;
    }

    @Override
    Verdict meaning(List<UpstreamAnswer> chain) {
        UpstreamAnswer last = chain.getLast();
        if (last.isRedirect()) {
            return new Verdict.Follow();
        }
        if (!hub.hops().isOwn(chain)) {
            return new Verdict.Unexpected("the registry redirected to another host");
        }
        if (last.status() != 200) {
            return HubErrors.judgeNow(last);
        }
        if (!last.fields().first("Content-Type").orElse("").contains("json")) {
            return new Verdict.Unexpected("the manifest is not JSON");
        }
        Facts facts = new Facts(
                last.fields().only(HubFields.MANIFEST), OptionalLong.empty(), Optional.empty(), Optional.empty());
        return new Verdict.Content(facts, true);
    }
}
