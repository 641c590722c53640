package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.backend.huggingface.route.Repository;
import io.artifactvault.backend.huggingface.route.Revision;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import java.util.List;
import java.util.Optional;

/**
 * A file of a repository: its content ({@code resolve}) or its git blob ({@code raw}). At a commit it never changes; at
 * any other revision the commit is looked up first, so that all files of a branch change together.
 */
final class FileResource extends HubResource {
    private final String verb;
    private final Repository requested;
    private final String revision;
    private final String path;

    FileResource(Hub hub, Request request, String verb, Repository repository, String revision, String path) {
        super(hub, request);
        this.verb = verb;
        this.requested = repository;
        this.revision = revision;
        this.path = path;
    }

    /**
     * The repository under its true name, once that is known: the response that reveals the name is stored under it.
     */
    private Repository repository() {
        return hub.aliases().trueName(requested);
    }

    @Override
    public String title() {
        return repository().title() + " " + path + " at " + revision;
    }

    @Override
    public String key() {
        return KeyBuilder.key(
                hub.settings().name(), verb, repository().type(), repository().id(), revision, path);
    }

    @Override
    public Optional<Name> name() {
        return Revision.isCommit(revision)
                ? Optional.empty()
                : Optional.of(hub.name(repository(), revision, Optional.empty()));
    }

    @Override
    public Resource at(String commit) {
        return new FileResource(hub, request, verb, requested, commit, path);
    }

    @Override
    public Lifetime lifetime() {
        return Revision.isCommit(revision)
                ? Lifetime.FOREVER
                : Lifetime.byRule(hub.settings().metadataTtl());
    }

    @Override
    public Optional<AccessScope> scope() {
        return Optional.of(scope("files", repository(), revision));
    }

    /** A caller that may read the repository's files may also know that it exists. */
    @Override
    public List<Openness> openness(Fields stored) {
        return List.of(new Openness(scope("metadata", repository(), revision), true));
    }

    @Override
    public Upstream upstream() {
        String target = repository().filePrefix() + repository().id() + "/" + verb + "/" + revision + "/" + path;
        return hub.upstream(target, Hub.plainFields(), hub.credential(request));
    }

    @Override
    public boolean answersHead() {
        return true;
    }

    @Override
    public Verdict judge(List<UpstreamAnswer> chain) {
        return hub.noting(requested, chain, new FileJudge(hub.hops(), path, revision).judge(chain));
    }

    @Override
    public Naming naming(List<UpstreamAnswer> chain) {
        Optional<Digest> content = new FileJudge(hub.hops(), path, revision).judge(chain)
                        instanceof Verdict.Content(Facts facts, boolean _)
                ? facts.digest()
                : Optional.empty();
        return hub.hops().hasNamed(chain, content) ? Naming.UPSTREAM : Naming.FOREIGN;
    }

    /**
     * hub.js and the Rust client probe with {@code bytes=0-0} and require a Content-Range even for an empty file.
     */
    @Override
    public boolean answersEmptyRange() {
        return true;
    }
}
