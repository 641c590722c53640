package io.artifactvault.backend.pypi;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
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

/**
 * A file that a project's page lists, or its metadata, its signature or its provenance beside it. Only for callers who
 * may have that page, and only if the page lists it at this moment.
 */
final class FileResource extends IndexResource {
    private static final Duration PAUSE_AFTER_OTHER_CONTENT = Duration.ofSeconds(60);
    private static final int RANGE_UNIT = 16 * 1024;
    private static final int LONGEST_AGE = 365_000_000;

    private final String name;
    private final URI url;
    private final Optional<Digest> sha256;
    private final OptionalLong size;
    private final String contentType;

    /**
     * @param name for people
     * @param url absolute, at a permitted host
     * @param sha256 of its content, if the page gives it
     * @param size its length, if the page gives it
     */
    FileResource(
            PyPiSettings settings,
            PyPiSettings.Index index,
            Request request,
            String name,
            URI url,
            Optional<Digest> sha256,
            OptionalLong size,
            String contentType) {
        super(settings, index, request);
        this.name = name;
        this.url = url;
        this.sha256 = sha256;
        this.size = size;
        this.contentType = contentType;
    }

    @Override
    public String title() {
        return name;
    }

    /** Another digest makes another resource: what never changes is the content, not what lies at its path. */
    @Override
    public String key() {
        return KeyBuilder.key(
                settings.name(),
                "file",
                Urls.withPlus(url.toString()),
                sha256.map(Digest::hex).orElse(""));
    }

    @Override
    public Lifetime lifetime() {
        return sha256.isPresent() ? Lifetime.FOREVER : Lifetime.byRule(settings.metadataTtl());
    }

    /** Whoever resolved this file has obtained the page as the same caller. */
    @Override
    public Optional<AccessScope> scope() {
        return Optional.empty();
    }

    @Override
    public Optional<Facts> promised() {
        return sha256.map(digest ->
                new Facts(Fields.of("Content-Type", contentType), size, Optional.of(digest), Optional.empty()));
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

    /** The login belongs to the index, not to the other hosts of its files, which its page names. */
    @Override
    public Upstream upstream() {
        boolean ofIndex = new FilePaths(index.url(), "", List.of()).isOfIndex(url);
        return at(url, Fields.EMPTY, ofIndex ? login() : Optional.empty(), !ofIndex);
    }

    @Override
    Verdict content(UpstreamAnswer last, Fields kept) {
        return super.content(last, kept.with("Content-Type", contentType));
    }

    @Override
    public Fields present(Fields stored, Request asked) {
        Fields.Builder fields = stored.only(Set.of("last-modified")).toBuilder();
        fields.add("Content-Type", contentType);
        if (sha256.isPresent()) {
            fields.add("ETag", '"' + sha256.get().hex() + '"');
        } else {
            stored.first("ETag").ifPresent(tag -> fields.add("ETag", tag));
        }
        boolean isPrivate = asked.credential().isPresent();
        fields.add(
                "Cache-Control",
                (isPrivate ? "private, " : "public, ")
                        + (sha256.isPresent()
                                ? "max-age=" + LONGEST_AGE + ", immutable"
                                : "max-age=" + settings.metadataTtl().toSeconds()));
        return fields.build();
    }
}
