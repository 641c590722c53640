package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What goes through and is never kept: searches with a credential, identity, writes, git, pages, and every route that is not known here.
 * Redirects are followed inside, paging links rewritten, Xet hints taken out of JSON.
 */
final class PassResource extends HubResource {
    /** Not the client's to tell the Hub; the origin client writes framing, Host and Authorization itself. */
    private static final Set<String> NOT_FORWARDED = Set.of(
            "host",
            "authorization",
            "cookie",
            "content-length",
            "expect",
            "forwarded",
            "via",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-forwarded-prefix",
            "x-real-ip");

    private final String below;
    private final Optional<BodyEdit> edit;
    private final Optional<byte[]> question;

    PassResource(Hub hub, Request request, String below, Optional<BodyEdit> edit) {
        this(hub, request, below, edit, Optional.empty());
    }

    private PassResource(Hub hub, Request request, String below, Optional<BodyEdit> edit, Optional<byte[]> question) {
        super(hub, request);
        this.below = below;
        this.edit = edit;
        this.question = question;
    }

    /** The same with the request's content, which has been read already. */
    PassResource asking(byte[] content) {
        return new PassResource(hub, request, below, edit, Optional.of(content));
    }

    @Override
    public Optional<byte[]> question() {
        return question;
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
        return hub.settings().name() + " pass " + request.target();
    }

    @Override
    public Duration lifetime() {
        return Duration.ZERO;
    }

    @Override
    public Optional<AccessScope> scope() {
        return Optional.empty();
    }

    @Override
    public Upstream upstream() {
        String query = request.target().query().map(q -> "?" + q).orElse("");
        String path = below.replaceAll("/{2,}", "/").replaceFirst("^/", "");
        return hub.upstream(path + query, forwarded(), hub.credential(request));
    }

    private Fields forwarded() {
        Fields.Builder kept = Fields.builder();
        request.fields().withoutHopByHop().forEach((name, value) -> {
            if (!NOT_FORWARDED.contains(name.toLowerCase(Locale.ROOT))) {
                kept.add(name, value);
            }
        });
        // With this type in Accept the Hub answers a small JSON in the file's place (protocol reference §0.4).
        kept.build()
                .joined("Accept")
                .filter(a -> a.toLowerCase(Locale.ROOT).contains("xet-fileinfo"))
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
        return last.isRedirect()
                ? new Verdict.Follow()
                : new Verdict.Content(
                        new Facts(last.fields(), OptionalLong.empty(), Optional.empty(), Optional.empty()), true);
    }

    @Override
    public Fields present(Fields received, Request asked) {
        return Links.onVault(received.only(HubFields.THROUGH), hub, asked);
    }

    @Override
    public Optional<BodyEdit> edit(Fields received) {
        return edit.filter(_ -> received.first("Content-Type").orElse("").contains("json"));
    }
}
