package io.artifactvault.cache.upstream;

import io.artifactvault.backend.Cacheable;
import io.artifactvault.backend.Facts;
import io.artifactvault.backend.HttpResource;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.work.FillPlaces;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Scan;
import io.artifactvault.http.conditional.Validator;
import io.artifactvault.store.index.Entry;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A stored representation as fills and deliveries need it, whatever its backend: its entry, and how to request its
 * bytes from upstream. Immutable.
 *
 * @param resource the resource to request for the bytes, at an immutable address if the backend has one
 */
public record Representation(Cacheable resource, Entry entry, Semantics semantics) {
    /** The backend's knowledge of the representation. */
    public interface Semantics {
        /** The meaning of upstream's responses to a request for its resource. */
        Verdict judge(List<UpstreamAnswer> chain);

        /**
         * Whether a body with these fields is edited before it is stored, so that upstream does not have the stored
         * bytes.
         */
        boolean edits(Fields fields);

        /** Whether content of unknown length and digest is assumed to be short. */
        public boolean isShort();
    }

    /** @param actual the resource at an immutable address, so that all of the content comes from one version */
    public static Representation of(Resource actual, Entry entry) {
        return new Representation(actual, entry, new OfEcosystem(actual));
    }

    /** The representation of a response that is stored by HTTP's own rules. */
    public static Representation of(HttpResource resource, Entry entry) {
        return new Representation(resource, entry, new OfHttp());
    }

    /** A copy with the same bytes under another entry. */
    public Representation with(Entry other) {
        return new Representation(resource, other, semantics);
    }

    /** The name of the resource in logs and error texts; contains no credential and no query. */
    public String title() {
        return resource.title();
    }

    public Upstream upstream() {
        return resource.upstream();
    }

    Verdict judge(List<UpstreamAnswer> chain) {
        return semantics.judge(chain);
    }

    /** Whether the bytes were edited before they were stored: a part of them cannot be requested from upstream then. */
    public boolean isEdited() {
        return semantics.edits(entry.fields());
    }

    /**
     * The key under which a fill of the content is listed: its digest, if known, so that requests under all its names
     * share one fill.
     */
    public String key() {
        return entry.content().map(Digest::toString).orElse(entry.key());
    }

    /** Whether a digest verifies the content when it is complete. */
    public boolean isProven() {
        return entry.content().filter(Digest::isProof).isPresent();
    }

    /**
     * Whether bytes from an address may be used. If no digest will be checked, only the address that sent the stored
     * bytes may be, because the validator applies only there.
     */
    boolean isFrom(URI address) {
        return isProven()
                || !(resource instanceof HttpResource http)
                || entry.isFrom(address, !http.followsRedirects());
    }

    /** Whether a broken fill can be resumed, because a digest or validator shows that its parts belong together. */
    public boolean canResume() {
        return entry.length().isPresent()
                && (entry.content().isPresent()
                        || Validator.strong(entry.fields()).isPresent());
    }

    /** Whether it is filled in one of the places for short content. */
    public boolean isShort() {
        return entry.length().isPresent()
                ? entry.length().getAsLong() <= FillPlaces.SHORT
                : entry.content().isEmpty() && semantics.isShort();
    }

    private record OfEcosystem(Resource resource) implements Semantics {
        @Override
        public Verdict judge(List<UpstreamAnswer> chain) {
            return resource.judge(chain);
        }

        @Override
        public boolean edits(Fields fields) {
            return resource.edit(fields).isPresent();
        }

        /**
         * Content of unknown length and digest counts as short: ecosystems give the digest and the length of large
         * content.
         */
        @Override
        public boolean isShort() {
            return true;
        }
    }

    private record OfHttp() implements Semantics {
        /**
         * The verdict on a whole response to a request for a part: the origin ignores Range, or has other content now;
         * its validator shows which.
         */
        @Override
        public Verdict judge(List<UpstreamAnswer> chain) {
            UpstreamAnswer last = chain.getLast();
            if (last.status() != 200) {
                return new Verdict.Final(Verdict.Kind.OTHER, last.fields(), Optional.empty());
            }
            OptionalLong length = last.fields().first("Content-Length").filter(text -> Scan.isNumber(text, 18)).stream()
                    .mapToLong(Long::parseLong)
                    .findFirst();
            return new Verdict.Content(new Facts(last.fields(), length, Optional.empty(), Optional.empty()), true);
        }

        @Override
        public boolean edits(Fields fields) {
            return false;
        }

        @Override
        public boolean isShort() {
            return false;
        }
    }
}
