package io.artifactvault.backend.oci;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import java.util.Optional;
import java.util.OptionalLong;

/** A layer or a configuration: content by its digest, in one repository. */
final class BlobResource extends RegistryResource {
    private static final Fields TYPE = Fields.of("Content-Type", "application/octet-stream");

    private final Digest digest;

    BlobResource(Pull pull, Digest digest) {
        super(pull);
        this.digest = digest;
    }

    @Override
    public String title() {
        return pull.repository() + " blob " + digest;
    }

    @Override
    String missing() {
        return "blob " + digest + " in " + pull.repository();
    }

    @Override
    String unknownCode() {
        return OciErrors.BLOB_UNKNOWN;
    }

    @Override
    public String key() {
        return key("blob", digest.toString());
    }

    @Override
    public Lifetime lifetime() {
        return Lifetime.FOREVER;
    }

    @Override
    public Optional<AccessScope> scope() {
        return Optional.of(access(digest.toString(), true));
    }

    @Override
    public Optional<Facts> promised() {
        return Optional.of(new Facts(TYPE, OptionalLong.empty(), Optional.of(digest), Optional.empty()));
    }

    /** For a part, the length must be known before only that part can be requested. */
    @Override
    public boolean asksHeadFirst() {
        return pull.request().fields().has("Range");
    }

    @Override
    public Upstream upstream() {
        return at("blobs", "/blobs/" + digest, Fields.EMPTY);
    }

    @Override
    Verdict content(UpstreamAnswer last, Fields kept) {
        Optional<Digest> stated = last.fields().first(CONTENT_DIGEST).flatMap(Digest::parse);
        if (stated.isPresent()
                && stated.get().algorithm() == digest.algorithm()
                && !stated.get().equals(digest)) {
            return new Verdict.Unexpected("a blob of another digest than the requested one");
        }
        // The length of a blob distinguishes it from the login page to which a redirect may lead.
        if (isElsewhere(last) && length(last).isEmpty()) {
            return new Verdict.Unexpected("content without a length, after a redirect");
        }
        return MediaTypes.of(last.fields()).equals("text/html")
                ? new Verdict.Unexpected("a web page instead of a blob")
                : new Verdict.Content(facts(TYPE, length(last), Optional.of(digest)), true);
    }

    /** Ollama reads Location even from a 200, and fetches from there in parts. */
    @Override
    public Fields present(Fields stored, Request request) {
        return TYPE.toBuilder()
                .add("Location", pull.path() + "/blobs/" + digest)
                .add(CONTENT_DIGEST, digest.toString())
                .add("ETag", "\"" + digest + "\"")
                .build();
    }
}
