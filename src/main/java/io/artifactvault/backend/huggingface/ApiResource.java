package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.EntityTag;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A JSON answer about one repository. Kept without its Xet hints for {@code metadata_ttl}, at a commit for ever where the
 * Hub computes it from the commit alone; asked for again conditionally.
 */
class ApiResource extends HubResource {
    private static final Set<String> FIXED_BY_COMMIT = Set.of("tree", "treesize", "commits");

    private final HubRoute.Api api;
    final String query;

    ApiResource(Hub hub, Request request, HubRoute.Api api) {
        super(hub, request);
        this.api = api;
        this.query = request.target().query().map(q -> "?" + q).orElse("");
    }

    @Override
    public String title() {
        return "api of " + api.repository() + (api.rest().isEmpty() ? "" : " " + api.rest());
    }

    @Override
    public String key() {
        return hub.settings().name() + " api " + api.repository().type() + " "
                + api.repository().id() + " " + api.rest() + query;
    }

    @Override
    public Duration lifetime() {
        String[] parts = api.rest().split("/", 3);
        boolean fixed = parts.length > 1
                && FIXED_BY_COMMIT.contains(parts[0])
                && Revision.isCommit(parts[1])
                && !query.toLowerCase(Locale.ROOT).contains("expand=true");
        return fixed ? FOREVER : hub.settings().metadataTtl();
    }

    @Override
    public Optional<AccessScope> scope() {
        return Optional.of(scope("metadata", api.repository()));
    }

    @Override
    public Upstream upstream() {
        String rest = api.rest().isEmpty() ? "" : "/" + api.rest();
        String target =
                "api/" + api.repository().type() + "/" + api.repository().id() + rest + query;
        return hub.upstream(target, Hub.plainFields(request), hub.credential(request));
    }

    /** HEAD must show the length of the edited body, which only a GET can tell. */
    @Override
    public boolean answersHead() {
        return false;
    }

    @Override
    public Verdict judge(List<UpstreamAnswer> chain) {
        UpstreamAnswer last = chain.getLast();
        if (last.isRedirect()) {
            return new Verdict.Follow();
        }
        if (!hub.isHere(last.uri())) {
            return new Verdict.Alien("the API redirected to another host");
        }
        if (last.status() != 200) {
            return HubErrors.judge(last);
        }
        if (!last.fields().first("Content-Type").orElse("").contains("json")) {
            return new Verdict.Alien("the API's answer is not JSON");
        }
        Facts facts =
                new Facts(last.fields().only(HubFields.API), OptionalLong.empty(), Optional.empty(), Optional.empty());
        return new Verdict.Content(facts, true);
    }

    @Override
    public Fields present(Fields stored, Request asked) {
        Fields.Builder fields = stored.toBuilder()
                .set("Access-Control-Allow-Origin", "*")
                .set("Access-Control-Expose-Headers", HubFields.EXPOSED);
        stored.first("ETag").flatMap(EntityTag::parse).ifPresent(tag -> {
            fields.set("ETag", new EntityTag(true, tag.opaque() + "-v1").toString());
        });
        return Links.onVault(fields.build(), hub, asked);
    }

    @Override
    public Optional<BodyEdit> edit(Fields received) {
        return Optional.of(new XetStripper());
    }
}
