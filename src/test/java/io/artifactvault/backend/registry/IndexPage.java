package io.artifactvault.backend.registry;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** A page that changes; the response says how long it may be reused. */
final class IndexPage extends OfPackage {
    private final String page;

    IndexPage(RegistrySettings settings, Request request, String name, String page) {
        super(settings, request, name);
        this.page = page;
    }

    @Override
    public String title() {
        return name + " " + page;
    }

    @Override
    public String key() {
        return KeyBuilder.key(settings.name(), "page", name, page);
    }

    @Override
    public Lifetime lifetime() {
        return Lifetime.byResponse(Duration.ofSeconds(10));
    }

    @Override
    public boolean answersHead() {
        return false;
    }

    @Override
    public Upstream upstream() {
        return at(settings.baseUrl(), "/v1/" + name + "/" + page);
    }

    @Override
    Verdict content(UpstreamAnswer answer, Fields kept) {
        return new Verdict.Content(new Facts(kept, OptionalLong.empty(), Optional.empty(), Optional.empty()), true);
    }
}
