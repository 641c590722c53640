package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Opening;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.SnapshotName;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.backend.huggingface.json.InfoReader;
import io.artifactvault.backend.huggingface.json.XetStripper;
import io.artifactvault.backend.huggingface.route.AmbiguousRequestException;
import io.artifactvault.backend.huggingface.route.ApiQuery;
import io.artifactvault.backend.huggingface.route.HubRoute;
import io.artifactvault.backend.huggingface.route.KnownParameters;
import io.artifactvault.backend.huggingface.route.Revision;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * A JSON response about one repository. Stored without its Xet hints for {@code metadata_ttl}, or permanently if it
 * belongs to a commit and the Hub computes it from the commit alone. Revalidated with a conditional request.
 *
 * <p>At a branch it is looked up through the commit to which the branch points, like a file. A repository's own page
 * gives that commit; for trees and the like the commit is requested first, so that all pages belong to one commit.
 */
class ApiResource extends HubResource {
    /**
     * The lifetime of a repository's page at a commit: only counters change on it, and it is requested again whenever
     * its branch is resolved.
     */
    private static final Duration PAGE_LIFETIME = Duration.ofDays(1);

    final ApiPath requested;
    final ApiQuery query;

    ApiResource(Hub hub, Request request, ApiPath path, ApiQuery query) {
        super(hub, request);
        this.requested = path;
        this.query = query;
    }

    /**
     * The path under the repository's true name, once that is known: the response that reveals the name is stored under
     * it.
     */
    final ApiPath path() {
        return requested.by(hub.aliases());
    }

    static ApiResource of(Hub hub, Request request, HubRoute.Api api) throws AmbiguousRequestException {
        ApiQuery query = ApiQuery.read(request.target().query(), KnownParameters.of(api.verb()));
        return new ApiResource(hub, request, ApiPath.of(api), query);
    }

    @Override
    public String title() {
        return "api of " + path();
    }

    @Override
    public String key() {
        List<String> parts = new ArrayList<>(List.of(hub.settings().name(), "api"));
        parts.addAll(path().keyParts());
        parts.add(query.text());
        return KeyBuilder.key(parts);
    }

    @Override
    public Optional<Opening> opens() {
        ApiPath path = path();
        boolean begins = path.tail().isEmpty()
                && (path.verb().equals("revision") || path.verb().equals("tree"));
        return path.revision()
                .filter(_ -> begins)
                .map(revision -> new Opening(
                        hub.settings().name(),
                        new SnapshotName(
                                path.repository().type(),
                                plain(path.repository().id()),
                                plain(revision))));
    }

    private static String plain(String raw) {
        try {
            return Target.decode(raw);
        } catch (BadTargetException e) {
            return raw;
        }
    }

    @Override
    public Optional<Name> name() {
        Optional<String> revision = path().revision().filter(r -> !Revision.isCommit(r));
        if (revision.isEmpty() || (path().isPage() && !query.hasCommit()) || !hasPage()) {
            return Optional.empty();
        }
        Optional<Resource> resolvedBy = path().isPage() ? Optional.empty() : Optional.of(page(revision.get()));
        return Optional.of(hub.name(path().repository(), revision.get(), resolvedBy));
    }

    /** Whether the Hub has a page for the repository that gives the commit; unknown for kernels, so false. */
    private boolean hasPage() {
        return !path().repository().type().equals("kernels");
    }

    private ApiResource page(String revision) {
        return new ApiResource(hub, request, ApiPath.page(requested.repository(), revision), ApiQuery.NONE);
    }

    @Override
    public ApiResource at(String commit) {
        return new ApiResource(hub, request, requested.at(commit), query);
    }

    @Override
    public Optional<String> pointsTo(Fields stored) {
        return name().isPresent() && path().isPage() ? stored.first("X-Repo-Commit") : Optional.empty();
    }

    @Override
    public List<Openness> openness(Fields stored) {
        AccessScope metadata = metadata();
        AccessScope files = scope("files", path().repository(), metadata.state(), metadata.fixed());
        return stored.first(InfoReader.OPEN).stream()
                .flatMap(open -> Stream.of(
                        new Openness(metadata, !open.equals("none")), new Openness(files, open.equals("files"))))
                .toList();
    }

    @Override
    public Lifetime lifetime() {
        boolean atCommit = path().revision().filter(Revision::isCommit).isPresent();
        if (!atCommit || isExpanded()) {
            return Lifetime.byRule(hub.settings().metadataTtl());
        }
        return path().isPage() ? Lifetime.byRule(PAGE_LIFETIME) : Lifetime.FOREVER;
    }

    /** Whether the response contains values that change although the commit does not: counters, results of scans. */
    boolean isExpanded() {
        return query.isExpanded();
    }

    @Override
    public Optional<AccessScope> scope() {
        return Optional.of(metadata());
    }

    private AccessScope metadata() {
        Optional<String> commit = path().revision().filter(Revision::isCommit);
        return scope("metadata", path().repository(), commit.orElseGet(this::key), commit.isPresent());
    }

    @Override
    public Upstream upstream() {
        return hub.upstream(path().target() + query.text(), Hub.plainFields(), hub.credential(request));
    }

    /** The response to HEAD must give the length of the edited body, which requires a GET. */
    @Override
    public boolean answersHead() {
        return false;
    }

    @Override
    public Verdict judge(List<UpstreamAnswer> chain) {
        return hub.noting(requested.repository(), chain, meaning(chain));
    }

    private Verdict meaning(List<UpstreamAnswer> chain) {
        UpstreamAnswer last = chain.getLast();
        if (last.isRedirect()) {
            return new Verdict.Follow();
        }
        if (!hub.hops().isOwn(chain)) {
            return new Verdict.Unexpected("the API redirected to another host");
        }
        if (last.status() != 200) {
            return path().revision().filter(Revision::isCommit).isPresent()
                    ? HubErrors.judgeAtCommit(last)
                    : HubErrors.judge(last);
        }
        if (!last.fields().first("Content-Type").orElse("").contains("json")) {
            return new Verdict.Unexpected("the API's response is not JSON");
        }
        Facts facts = new Facts(
                Links.toKeep(last.fields().only(HubFields.API)),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty());
        return new Verdict.Content(facts, true);
    }

    @Override
    public Fields present(Fields stored, Request current) {
        Fields.Builder fields = stored.toBuilder()
                .remove(InfoReader.OPEN)
                .set("Access-Control-Allow-Origin", "*")
                .set("Access-Control-Expose-Headers", HubFields.EXPOSED);
        return Links.onVault(fields.build(), hub, current);
    }

    @Override
    public Optional<BodyEdit> edit(Fields received) {
        return Optional.of(new XetStripper());
    }
}
