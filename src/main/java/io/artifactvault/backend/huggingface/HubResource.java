package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.huggingface.route.Repository;
import io.artifactvault.backend.huggingface.route.Revision;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import java.time.Duration;
import java.util.Optional;

/** The common part of a Hub's resources. */
abstract class HubResource implements Resource {
    final Hub hub;
    final Request request;

    HubResource(Hub hub, Request request) {
        this.hub = hub;
        this.request = request;
    }

    /**
     * The scope of a repository at a revision: its state is fixed if the revision is a commit, and may change
     * otherwise.
     */
    AccessScope scope(String kind, Repository repository, String revision) {
        return scope(kind, repository, revision, Revision.isCommit(revision));
    }

    AccessScope scope(String kind, Repository repository, String state, boolean fixed) {
        return new AccessScope(
                KeyBuilder.key(hub.settings().name(), kind, repository.type(), repository.id()),
                state,
                fixed,
                hub.settings().accessTtl());
    }

    @Override
    public Optional<Credential> credential() {
        return hub.credential(request);
    }

    @Override
    public boolean isStorable() {
        return true;
    }

    @Override
    public Optional<Name> name() {
        return Optional.empty();
    }

    @Override
    public Resource at(String value) {
        return this;
    }

    @Override
    public Optional<BodyEdit> edit(Fields received) {
        return Optional.empty();
    }

    @Override
    public Fields present(Fields stored, Request current) {
        return stored;
    }

    @Override
    public boolean answersEmptyRange() {
        return false;
    }

    @Override
    public Duration negativeTtl() {
        return hub.settings().negativeTtl();
    }

    @Override
    public String toString() {
        return title();
    }
}
