package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.backend.huggingface.links.LfsLinks;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import io.artifactvault.http.conditional.EntityTag;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** An LFS object under a link from a batch response: the link contains upstream's permission and the digest. */
final class LfsResource extends HubResource {
    private final LfsLinks.Link link;
    private final URI from;

    LfsResource(Hub hub, Request request, LfsLinks.Link link, URI from) {
        super(hub, request);
        this.link = link;
        this.from = from;
    }

    @Override
    public String title() {
        return link.repository().title() + " object " + link.oid();
    }

    @Override
    public String key() {
        return KeyBuilder.key(
                hub.settings().name(),
                "lfs",
                link.repository().type(),
                link.repository().id(),
                link.oid());
    }

    @Override
    public Lifetime lifetime() {
        return Lifetime.FOREVER;
    }

    @Override
    public Optional<AccessScope> scope() {
        return Optional.empty();
    }

    @Override
    public Optional<Facts> promised() {
        Digest digest = new Digest(Digest.Algorithm.SHA256, link.oid());
        Fields fields = Fields.of(
                        "Content-Type",
                        "application/octet-stream",
                        "ETag",
                        EntityTag.strong(link.oid()).toString())
                .toBuilder()
                .addAll(HubFields.FILE_CONSTANTS)
                .build();
        return Optional.of(new Facts(fields, OptionalLong.of(link.size()), Optional.of(digest), Optional.empty()));
    }

    @Override
    public Upstream upstream() {
        Upstream there = hub.upstream("", Hub.plainFields(), Optional.empty());
        return new Upstream(
                from,
                there.fields(),
                Optional.empty(),
                there.maxRedirects(),
                there.privateRedirects(),
                there.limits(),
                true);
    }

    @Override
    public boolean answersHead() {
        return true;
    }

    @Override
    public Verdict judge(List<UpstreamAnswer> chain) {
        UpstreamAnswer last = chain.getLast();
        if (last.isRedirect()) {
            return new Verdict.Follow();
        }
        return last.status() == 200
                ? new Verdict.Content(promised().orElseThrow(), true)
                : new Verdict.Unexpected("the object's host responded " + last.status());
    }

    /** The response is private to the client: a client that holds the link may receive the object, others may not. */
    @Override
    public Fields present(Fields stored, Request current) {
        return stored.with("Cache-Control", "private");
    }
}
