package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.backend.huggingface.route.PathSegments;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.HttpDate;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import io.artifactvault.http.RoutingFields;
import io.artifactvault.http.caching.ResponseChain;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A request that is passed through and whose response is never stored: searches with a credential, identity, writes,
 * git, pages, and all unknown routes. Redirects are followed internally, paging links are rewritten, and Xet hints are
 * removed from JSON.
 */
final class PassResource extends HubResource {
    /**
     * Fields that the client must not send to the Hub; the origin client writes framing, Host and Authorization itself.
     */
    private static final Set<String> NOT_FORWARDED =
            Set.of("host", "authorization", "cookie", "content-length", "expect", "max-forwards", "via");

    private final String below;
    private final Optional<BodyEdit> edit;
    private final Optional<byte[]> requestBody;
    private final Terms terms;

    PassResource(Hub hub, Request request, String below, Optional<BodyEdit> edit) {
        this(hub, request, below, edit, Optional.empty(), Terms.PLAIN);
    }

    private PassResource(
            Hub hub,
            Request request,
            String below,
            Optional<BodyEdit> edit,
            Optional<byte[]> requestBody,
            Terms terms) {
        super(hub, request);
        this.below = below;
        this.edit = edit;
        this.requestBody = requestBody;
        this.terms = terms;
    }

    /**
     * The terms on which a request is passed through.
     *
     * @param host the host to contact instead of the Hub
     * @param asServer whether the vault's token may be sent for a caller without a credential, if {@link
     *     AnonymousReads} lists the request; false if the content turns it into another request
     * @param aboutRepository whether a bare 401 means that there is no such repository
     * @param moves the names whose value changes if the request succeeds
     * @param xet whether the response may offer Xet storage; true only for clients that cannot fetch the content in
     *     another way
     */
    record Terms(Optional<URI> host, boolean asServer, boolean aboutRepository, List<String> moves, boolean xet) {
        static final Terms PLAIN = new Terms(Optional.empty(), true, false);

        Terms(Optional<URI> host, boolean asServer, boolean aboutRepository, List<String> moves) {
            this(host, asServer, aboutRepository, moves, false);
        }

        Terms(Optional<URI> host, boolean asServer, boolean aboutRepository) {
            this(host, asServer, aboutRepository, List.of());
        }

        Terms asCaller() {
            return new Terms(host, false, aboutRepository, moves, xet);
        }

        Terms withXet() {
            return new Terms(host, asServer, aboutRepository, moves, true);
        }
    }

    @Override
    public List<String> moves() {
        return terms.moves();
    }

    PassResource on(Terms other) {
        return new PassResource(hub, request, below, edit, requestBody, other);
    }

    /** A copy with the request's content, which has already been read. */
    PassResource withBody(byte[] content) {
        return new PassResource(hub, request, below, edit, Optional.of(content), terms);
    }

    /**
     * A copy without the vault's token, regardless of the route: used if the vault cannot interpret the request's
     * content.
     */
    PassResource asCaller() {
        return on(terms.asCaller());
    }

    @Override
    public Optional<byte[]> requestBody() {
        return requestBody;
    }

    @Override
    public String title() {
        return "/" + below;
    }

    @Override
    public boolean isStorable() {
        return false;
    }

    @Override
    public String key() {
        return KeyBuilder.key(hub.settings().name(), "pass", request.target().toString());
    }

    @Override
    public Lifetime lifetime() {
        return Lifetime.byRule(Duration.ZERO);
    }

    @Override
    public Optional<AccessScope> scope() {
        return Optional.empty();
    }

    @Override
    public Upstream upstream() {
        String query = request.target().query().map(q -> "?" + q).orElse("");
        String path = PathSegments.withoutDoubleSlashes(below);
        Upstream there = hub.upstream(path + query, forwarded(), credential());
        return terms.host()
                .map(host -> new Upstream(
                        URI.create(host + "/" + path + query),
                        there.fields(),
                        there.credential(),
                        there.maxRedirects(),
                        there.privateRedirects(),
                        there.limits()))
                .orElse(there);
    }

    @Override
    public Optional<Credential> credential() {
        return terms.asServer() ? hub.credential(request) : request.credential();
    }

    private Fields forwarded() {
        Fields.Builder kept = Fields.builder();
        request.fields().withoutHopByHop().forEach((name, value) -> {
            if (!NOT_FORWARDED.contains(name.toLowerCase(Locale.ROOT)) && !RoutingFields.contains(name)) {
                kept.add(name, value);
            }
        });
        // With this type in Accept the Hub responds with a small JSON document instead of the file (protocol reference
        // §0.4).
        kept.build()
                .joined("Accept")
                .filter(a -> !terms.xet() && a.toLowerCase(Locale.ROOT).contains("xet-fileinfo"))
                .ifPresent(a -> kept.set("Accept", "*/*"));
        if (edit.isPresent()) {
            kept.set("Accept-Encoding", "identity");
        }
        return kept.build();
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
        OwnHops hops = terms.host().map(OwnHops::new).orElse(hub.hops());
        List<UpstreamAnswer> own = hops.own(chain);
        boolean byHub = hops.isOwn(chain);
        if (requestBody.isPresent() && !byHub) {
            return new Verdict.Unexpected("another host responded to the request");
        }
        Fields fields = linked(byHub ? combined(chain) : HubFields.ofAnyHost(combined(chain)), own);
        if (terms.aboutRepository() && byHub && last.status() == 401) {
            fields = HubErrors.coded(fields);
        }
        return new Verdict.Content(new Facts(fields, OptionalLong.empty(), Optional.empty(), Optional.empty()), true);
    }

    /**
     * The fields combined from all responses of the chain: a client's cache must not store the response longer, or for
     * more users, than each hop allows.
     */
    private static Fields combined(List<UpstreamAnswer> chain) {
        ResponseChain responses = new ResponseChain(chain.stream()
                .map(answer -> new ResponseChain.Head(answer.status(), answer.fields()))
                .toList());
        Instant sent =
                responses.last().fields().first("Date").flatMap(HttpDate::parse).orElse(Instant.EPOCH);
        return responses.fields(new ResponseChain.Times(sent, sent, Optional.empty(), Duration.ZERO));
    }

    /** Replaces the CDN's fields about a file with those of the Hub's redirect: the CDN has a different validator. */
    private Fields linked(Fields last, List<UpstreamAnswer> own) {
        Fields.Builder fields = last.toBuilder();
        for (UpstreamAnswer hop :
                own.stream().filter(UpstreamAnswer::isRedirect).toList()) {
            hop.fields()
                    .first("X-Linked-Etag")
                    .ifPresent(tag -> fields.set("X-Linked-Etag", tag).set("ETag", tag));
            hop.fields().first("X-Linked-Size").ifPresent(size -> fields.set("X-Linked-Size", size));
            hop.fields().first("X-Repo-Commit").ifPresent(commit -> fields.set("X-Repo-Commit", commit));
            if (terms.xet()) {
                HubFields.XET_HINTS.forEach(
                        name -> hop.fields().joined(name).ifPresent(value -> fields.set(name, value)));
            }
        }
        return fields.build();
    }

    @Override
    public Fields present(Fields received, Request current) {
        Fields.Builder fields = received.only(HubFields.THROUGH).toBuilder();
        HubFields.READABLE.forEach(fields::set);
        if (terms.xet()) {
            // The content of a bucket comes from its users.
            fields.set(HubFields.SECURITY_POLICY, HubFields.SANDBOX);
        }
        return terms.xet()
                ? Links.onVaultWithXet(
                        fields.addAll(received.only(HubFields.XET)).build(), hub, current)
                : Links.onVault(fields.build(), hub, current);
    }

    @Override
    public Optional<BodyEdit> edit(Fields received) {
        return edit.filter(_ -> received.first("Content-Type").orElse("").contains("json"));
    }
}
