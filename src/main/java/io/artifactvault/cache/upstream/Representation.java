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
 * The representation that a stored response carries, as fills and deliveries see it: its entry, and how to request its
 * bytes from upstream. They need no more, regardless of the backend. Immutable.
 *
 * @param resource what to request for the bytes: at an immutable address if the backend has one
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

    /** The same bytes under another entry. */
    public Representation with(Entry other) {
        return new Representation(resource, other, semantics);
    }

    /** For logs and error texts; contains no credential and no query. */
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

    /** The key under which the content grows: its digest if that is known, so that all its names share one fill. */
    public String key() {
        return entry.content().map(Digest::toString).orElse(entry.key());
    }

    /** Whether a digest proves at the end that the content is correct. */
    public boolean isProven() {
        return entry.content().filter(Digest::isProof).isPresent();
    }

    /**
     * Whether an address may send it: if no digest will be checked, only the one that sent the stored bytes, because
     * the validator applies to no other.
     */
    boolean isFrom(URI address) {
        return isProven()
                || !(resource instanceof HttpResource http)
                || entry.isFrom(address, !http.followsRedirects());
    }

    /** Whether a broken fill can be resumed: its parts can be shown to belong together. */
    public boolean canResume() {
        return entry.length().isPresent()
                && (entry.content().isPresent()
                        || Validator.strong(entry.fields()).isPresent());
    }

    /** Whether it is filled in a place for short content. */
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

        /** Ecosystems give the digest and the length of large content. */
        @Override
        public boolean isShort() {
            return true;
        }
    }

    private record OfHttp() implements Semantics {
        /**
         * A whole response to a request for a part: the origin ignores Range, or has other content now; its validator
         * shows which.
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
