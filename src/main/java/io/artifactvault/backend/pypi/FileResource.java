package io.artifactvault.backend.pypi;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.backend.pypi.text.Urls;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A file that a project's page lists, or its metadata, its signature or its provenance beside it. Only for callers who
 * may have that page and the file itself, and only if the page lists it at this moment.
 */
final class FileResource extends IndexResource {
    private static final Duration PAUSE_AFTER_OTHER_CONTENT = Duration.ofSeconds(60);
    private static final int RANGE_UNIT = 16 * 1024;
    private static final int LONGEST_AGE = 365_000_000;

    private final PageResource page;
    private final Listed file;
    private final Supplier<List<Resource>> refuted;

    /**
     * What the page says about it.
     *
     * @param name for people
     * @param url absolute, at a permitted host
     * @param sha256 of its content, if the page gives it
     * @param size its length, if the page gives it
     * @param contentType for clients, whatever its host sends
     */
    record Listed(String name, URI url, Optional<Digest> sha256, OptionalLong size, String contentType) {}

    /** @param refuted as {@link Resource#refuted} */
    FileResource(PageResource page, Listed file, Supplier<List<Resource>> refuted) {
        super(page.settings, page.index, page.request);
        this.page = page;
        this.file = file;
        this.refuted = refuted;
    }

    @Override
    public String title() {
        return file.name();
    }

    /** Another digest makes another resource: what never changes is the content, not what lies at its path. */
    @Override
    public String key() {
        return KeyBuilder.key(
                settings.name(),
                "file",
                Urls.canonical(file.url().toString()),
                file.sha256().map(Digest::hex).orElse(""));
    }

    @Override
    public Lifetime lifetime() {
        return file.sha256().isPresent() ? Lifetime.FOREVER : Lifetime.byRule(settings.metadataTtl());
    }

    /** Whoever resolved this file has obtained the page as the same caller; the page says nothing about the file. */
    @Override
    public Optional<AccessScope> scope() {
        return Optional.of(page.fileAccess(key(), file.sha256().isPresent()));
    }

    /** Wheels are read in parts; and content that is stored already needs only its host's permission. */
    @Override
    public boolean asksHeadFirst() {
        return true;
    }

    @Override
    public Optional<Facts> promised() {
        return file.sha256()
                .map(digest -> new Facts(
                        Fields.of("Content-Type", file.contentType()),
                        file.size(),
                        Optional.of(digest),
                        Optional.empty()));
    }

    /** uv and pip read the directory and one entry of a wheel, in ranges of 10 to 16 KiB. */
    @Override
    public int rangeUnit() {
        return RANGE_UNIT;
    }

    @Override
    public Duration mismatchPause() {
        return PAUSE_AFTER_OTHER_CONTENT;
    }

    @Override
    public List<Resource> refuted() {
        return refuted.get();
    }

    /** The login belongs to the index, not to the other hosts of its files, which its page names. */
    @Override
    public Upstream upstream() {
        boolean ofIndex = index.isAt(file.url());
        return at(file.url(), Fields.EMPTY, ofIndex ? login() : Optional.empty(), !ofIndex);
    }

    /** A host that is asked without a login refuses a file, not a caller. */
    @Override
    Verdict.Kind refusal() {
        return index.isAt(file.url()) ? Verdict.Kind.DENIED : Verdict.Kind.OTHER;
    }

    /** A web page may be that of a login, with the status of a file. */
    @Override
    Verdict content(UpstreamAnswer last, Fields kept) {
        if (Form.ofContentType(last.fields()).filter(form -> !form.isJson()).isPresent()) {
            return new Verdict.Unexpected("a web page instead of a file");
        }
        return super.content(last, kept.with("Content-Type", file.contentType()));
    }

    @Override
    public Fields present(Fields stored, Request asked) {
        Fields.Builder fields = stored.only(Set.of("last-modified")).toBuilder();
        fields.add("Content-Type", file.contentType());
        if (file.sha256().isPresent()) {
            fields.add("ETag", '"' + file.sha256().get().hex() + '"');
        } else {
            stored.first("ETag").ifPresent(tag -> fields.add("ETag", tag));
        }
        boolean isPrivate = asked.credential().isPresent();
        fields.add(
                "Cache-Control",
                (isPrivate ? "private, " : "public, ")
                        + (file.sha256().isPresent()
                                ? "max-age=" + LONGEST_AGE + ", immutable"
                                : "max-age=" + settings.metadataTtl().toSeconds()));
        return fields.build();
    }
}
