package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the Hub's registry says about a model in GGUF, kept for {@code metadata_ttl} by the kind of client: llama.cpp gets JSON
 * of another shape than Ollama.
 */
final class ManifestResource extends RegistryResource {
    private final String tag;

    ManifestResource(Hub hub, Request request, HubRoute.Manifest manifest) {
        super(hub, request, manifest.repository());
        this.tag = manifest.tag();
    }

    @Override
    public String title() {
        return "manifest of " + repository().title() + " " + tag;
    }

    @Override
    public String key() {
        return hub.settings().name() + " manifest " + repository() + " " + tag + " " + RegistryClient.of(request);
    }

    @Override
    public Duration lifetime() {
        return hub.settings().metadataTtl();
    }

    @Override
    public Upstream upstream() {
        Fields.Builder fields = Hub.plainFields(request).toBuilder();
        request.fields().joined("Accept").ifPresent(accept -> fields.set("Accept", accept));
        return hub.upstream("v2/" + repository().id() + "/manifests/" + tag, fields.build(), hub.credential(request));
    }

    /** A client's HEAD wants the length too. */
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
        if (!hub.isOwn(chain)) {
            return new Verdict.Alien("the registry redirected to another host");
        }
        if (last.status() != 200) {
            return HubErrors.judge(last);
        }
        if (!last.fields().first("Content-Type").orElse("").contains("json")) {
            return new Verdict.Alien("the manifest is not JSON");
        }
        Facts facts = new Facts(
                last.fields().only(HubFields.MANIFEST), OptionalLong.empty(), Optional.empty(), Optional.empty());
        return new Verdict.Content(facts, true);
    }
}
