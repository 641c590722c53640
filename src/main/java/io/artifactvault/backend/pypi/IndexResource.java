package io.artifactvault.backend.pypi;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.Scan;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The common part of what is fetched from an index or from the hosts of its files. */
abstract class IndexResource implements Resource {
    private static final Set<String> KEPT =
            Set.of("content-type", "etag", "last-modified", "x-pypi-last-serial", "retry-after");
    /** For pages, which compress well and are edited before they are stored. */
    static final Fields PAGE_FIELDS = Fields.of("Accept", Form.ACCEPT, "Accept-Encoding", "gzip");

    private static final int MOST_REDIRECTS = 5;
    static final int MOST_DIGITS = 18;

    final PyPiSettings settings;
    final PyPiSettings.Index index;
    final Request request;

    IndexResource(PyPiSettings settings, PyPiSettings.Index index, Request request) {
        this.settings = settings;
        this.index = index;
        this.request = request;
    }

    /** The caller's own login, or else the vault's; both are for the index only. */
    final Optional<Credential> login() {
        return index.equals(settings.index()) ? request.credential().or(index::login) : index.login();
    }

    /** Distinguishes callers with a login from those without in keys: an index may show them different pages. */
    final String audience() {
        return login().isPresent() ? "login" : "anyone";
    }

    final Upstream at(URI url, Fields fields, Optional<Credential> credential, boolean fromAnswer) {
        return new Upstream(
                url,
                fields.has("Accept-Encoding") ? fields : fields.with("Accept-Encoding", "identity"),
                credential,
                MOST_REDIRECTS,
                settings.privateRedirects(),
                new Upstream.Limits(
                        settings.name(),
                        "all",
                        true,
                        "",
                        List.of(),
                        settings.source().passingStall()),
                fromAnswer);
    }

    @Override
    public Verdict judge(List<UpstreamAnswer> chain) {
        UpstreamAnswer last = chain.getLast();
        Fields kept = last.fields().only(KEPT);
        return switch (last.status()) {
            case 200 -> content(last, kept);
            case 401, 403 -> new Verdict.Final(refusal(), challenge(last), Optional.empty());
            case 404, 410 -> new Verdict.Final(Verdict.Kind.ABSENT, Fields.EMPTY, Optional.empty());
            case 405, 429, 500, 501, 502, 503, 504 ->
                new Verdict.Final(Verdict.Kind.UNAVAILABLE, kept, Optional.empty());
            default ->
                last.isRedirect()
                        ? new Verdict.Follow()
                        : new Verdict.Unexpected("status " + last.status() + ", which no index sends");
        };
    }

    /** What a refusal means. */
    Verdict.Kind refusal() {
        return Verdict.Kind.DENIED;
    }

    /** Clients ask for a login only if they are told of a scheme. */
    private static Fields challenge(UpstreamAnswer last) {
        return last.fields().only(Set.of("www-authenticate"));
    }

    Verdict content(UpstreamAnswer last, Fields kept) {
        OptionalLong length =
                last.fields().first("Content-Length").filter(text -> Scan.isNumber(text, MOST_DIGITS)).stream()
                        .mapToLong(Long::parseLong)
                        .findFirst();
        return new Verdict.Content(new Facts(kept, length, Optional.empty(), Optional.empty()), true);
    }

    /** The content of an error may be a web page, which must not act as a page of the vault. */
    @Override
    public boolean rewritesErrors() {
        return true;
    }

    @Override
    public Duration negativeTtl() {
        return settings.negativeTtl();
    }

    @Override
    public String toString() {
        return title();
    }
}
