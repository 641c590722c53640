package io.artifactvault.backend.registry;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.AcceptField;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A page that changes, in the form that the client prefers; the response says how long it may be reused.
 *
 * <p>The form is one of two, however the client spells its preference: one key, one request to upstream and one stored response for
 * each.
 */
final class IndexPage extends OfPackage {
    /** In the order in which clients without a preference get them. */
    private static final List<String> FORMS = List.of("application/json", "text/html");

    private final String page;
    private final String form;

    private IndexPage(RegistrySettings settings, Request request, String name, String page, String form) {
        super(settings, request, name);
        this.page = page;
        this.form = form;
    }

    /** Empty if the client accepts neither form. */
    static Optional<IndexPage> of(RegistrySettings settings, Request request, String name, String page) {
        return AcceptField.of(request.fields())
                .preferred(FORMS)
                .map(form -> new IndexPage(settings, request, name, page, form));
    }

    @Override
    public String title() {
        return name + " " + page;
    }

    @Override
    public String key() {
        return KeyBuilder.key(settings.name(), "page", name, page, form);
    }

    @Override
    public List<String> selectedBy() {
        return List.of("Accept");
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
        return at(settings.baseUrl(), "/v1/" + name + "/" + page, Fields.of("Accept", form));
    }

    @Override
    Verdict content(UpstreamAnswer answer, Fields kept) {
        return new Verdict.Content(new Facts(kept, OptionalLong.empty(), Optional.empty(), Optional.empty()), true);
    }
}
