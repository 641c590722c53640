package io.artifactvault.cache.fetch;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.cache.lookup.VariantSet;
import io.artifactvault.cache.lookup.Variants;
import io.artifactvault.cache.upstream.UpstreamHead;
import io.artifactvault.http.Fields;
import io.artifactvault.http.caching.StoredFields;
import io.artifactvault.http.caching.VaryKey;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.store.index.Entry;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Converts upstream's responses to one request into entries, and files each entry where that request finds it (RFC 9111
 * §3 and §4.1). Confined to one task.
 */
final class HttpFiling {
    private final Variants variants;
    private final HttpResource resource;
    private final VariantSet variantSet;
    private final Optional<Entry> before;
    private final Instant requestedAt;

    /** @param before the response that was stored for the request before, if any */
    HttpFiling(
            Variants variants,
            HttpResource resource,
            VariantSet variantSet,
            Optional<Entry> before,
            Instant requestedAt) {
        this.variants = variants;
        this.resource = resource;
        this.variantSet = variantSet;
        this.before = before;
        this.requestedAt = requestedAt;
    }

    /**
     * The entry of a response, without its content.
     *
     * @param received its fields for the requested target
     */
    Entry entry(OriginResponse response, Fields received, UpstreamHead head) {
        Fields fields = HttpRules.dated(StoredFields.of(received), head.receivedAt());
        boolean bodiless = response.status() == 204 || response.status() == 304;
        Entry entry = new Entry(
                key(fields),
                response.status(),
                fields,
                bodiless ? OptionalLong.of(0) : response.contentLength(),
                Optional.empty(),
                Optional.empty(),
                requestedAt,
                head.receivedAt());
        Optional<URI> source = Optional.of(head.last().uri()).filter(_ -> resource.followsRedirects());
        return entry.from(source).sinceThat(before);
    }

    /** The stored entry with the fields of a response that confirmed it. */
    Entry confirmed(Entry entry, Fields fields, Instant receivedAt) {
        Entry confirmed = new Entry(
                key(fields),
                entry.status(),
                fields,
                entry.length(),
                entry.content(),
                entry.blob(),
                requestedAt,
                receivedAt);
        return confirmed.fromSourceOf(entry);
    }

    private String key(Fields fields) {
        return variantSet.key(resource.key(), VaryKey.of(fields), resource.selecting());
    }

    /**
     * Stores an entry; returns false if the stored responses of that target were invalidated after the request was
     * sent.
     */
    boolean put(Entry entry) {
        return variants.put(resource.key(), variantSet, VaryKey.of(entry.fields()), entry);
    }

    /** Announces an entry whose content is arriving; false in the same case as {@link #put}. */
    boolean announce(Entry entry) {
        return variants.add(resource.key(), variantSet, VaryKey.of(entry.fields()));
    }
}
