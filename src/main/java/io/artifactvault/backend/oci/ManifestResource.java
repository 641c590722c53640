package io.artifactvault.backend.oci;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A manifest, by its digest or by a tag. A tag is a name that leads to a digest: after its time only HEAD is sent, which
 * registries do not count as a pull, and a new digest is given to clients only once its manifest is stored.
 */
final class ManifestResource extends RegistryResource {
    private static final Set<String> SHOWN = Set.of("content-type", "warning");

    private final String reference;
    private final Optional<Digest> digest;
    private final MediaTypes.Group group;

    private ManifestResource(Pull pull, String reference, Optional<Digest> digest, MediaTypes.Group group) {
        super(pull);
        this.reference = reference;
        this.digest = digest;
        this.group = group;
    }

    static ManifestResource ofTag(Pull pull, String tag) {
        return new ManifestResource(
                pull, tag, Optional.empty(), MediaTypes.Group.of(pull.request().fields()));
    }

    static ManifestResource ofDigest(Pull pull, Digest digest) {
        return new ManifestResource(pull, digest.toString(), Optional.of(digest), MediaTypes.Group.ALL);
    }

    @Override
    public String title() {
        return pull.repository() + (digest.isPresent() ? "@" : ":") + reference;
    }

    @Override
    String missing() {
        return "manifest " + title();
    }

    @Override
    String unknownCode() {
        return OciErrors.MANIFEST_UNKNOWN;
    }

    @Override
    public String key() {
        return digest.isPresent() ? key("manifest", digest.get().toString()) : key("tag", reference, group.name());
    }

    @Override
    public Optional<Name> name() {
        return digest.isPresent() ? Optional.empty() : Optional.of(new Name(key(), settings.metadataTtl()));
    }

    @Override
    public ManifestResource at(String value) {
        return Digest.parse(value).map(found -> ofDigest(pull, found)).orElse(this);
    }

    @Override
    public Optional<String> pointsTo(Fields stored) {
        return digest.isPresent() ? Optional.empty() : stored.first(CONTENT_DIGEST);
    }

    @Override
    public Lifetime lifetime() {
        return digest.isPresent() ? Lifetime.FOREVER : Lifetime.byRule(settings.metadataTtl());
    }

    @Override
    public Optional<AccessScope> scope() {
        return Optional.of(access(digest.map(Digest::toString).orElse(key()), digest.isPresent()));
    }

    @Override
    public Optional<Facts> promised() {
        return Optional.empty();
    }

    @Override
    public boolean isAnnouncedWhole() {
        return true;
    }

    @Override
    public List<String> selectedBy() {
        return digest.isPresent() ? List.of() : List.of("Accept");
    }

    @Override
    public Upstream upstream() {
        return at("manifests", "/manifests/" + reference, Fields.of("Accept", group.accept()));
    }

    @Override
    Verdict content(UpstreamAnswer last, Fields kept) {
        Optional<Digest> stated = stated(last.fields());
        OptionalLong length = length(last);
        if (MediaTypes.ofJson(last.fields()).isEmpty()) {
            return new Verdict.Unexpected("content of a media type that no manifest has");
        }
        if (length.isPresent() && length.getAsLong() > ManifestEdit.MOST_BYTES) {
            return new Verdict.Unexpected("a manifest longer than 4 MiB");
        }
        if (digest.isPresent() && stated.isPresent() && isOther(stated.get())) {
            return new Verdict.Unexpected("a manifest of another digest than the requested one");
        }
        Optional<Digest> known = digest.or(() -> stated);
        // Also here, because a manifest that is already stored under this digest is not read, and so not edited, again.
        Fields shown = kept.only(SHOWN);
        Fields complete =
                known.map(found -> shown.with(CONTENT_DIGEST, found.toString())).orElse(shown);
        return new Verdict.Content(facts(complete, length, known), true);
    }

    private boolean isOther(Digest stated) {
        return stated.algorithm() == digest.orElseThrow().algorithm() && !stated.equals(digest.orElseThrow());
    }

    @Override
    public Optional<BodyEdit> edit(Fields received) {
        return Optional.of(new ManifestEdit(digest.or(() -> stated(received))));
    }

    @Override
    public Fields present(Fields stored, Request request) {
        Fields.Builder fields = stored.only(SHOWN).toBuilder();
        digest.map(Digest::toString)
                .or(() -> stored.first(CONTENT_DIGEST))
                .ifPresent(text -> fields.add(CONTENT_DIGEST, text).add("ETag", "\"" + text + "\""));
        return fields.build();
    }
}
