package io.artifactvault.store;

import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Validator;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A stored response (RFC 9111 §3): what a cache key answers with.
 *
 * @param key the cache key
 * @param status the status code to answer with, 200 or a final error that may be kept
 * @param fields representation fields as upstream sent them, already cut down to the allow-list
 * @param length the complete length in bytes, when known
 * @param content the digest by which upstream names the content, when it does
 * @param blob the sha256 of the stored content; empty while only the head is known
 * @param requestedAt when the request went out whose answer this is
 * @param checkedAt when upstream last confirmed it
 */
public record Entry(
        String key,
        int status,
        Fields fields,
        OptionalLong length,
        Optional<Digest> content,
        Optional<Digest> blob,
        Instant requestedAt,
        Instant checkedAt) {
    /** The field that marks an answer which nobody upstream gave: it was imported. Clients see it too. */
    public static final String UNCONFIRMED = "X-Vault-Unconfirmed";

    /** Whether upstream is to be asked before this is believed; it will do while upstream cannot say. */
    public boolean isUnconfirmed() {
        return fields.has(UNCONFIRMED);
    }

    /** Whether it is the whole answer, without any content. */
    public boolean hasNoContent() {
        return length.equals(OptionalLong.of(0)) && content.isEmpty() && blob.isEmpty();
    }

    /** Whether its content is known by name only, or stored in part. */
    public boolean isPartial() {
        return content.isPresent() && blob.isEmpty();
    }

    /** The whole answer of that length, of which parts may be kept under that validator. */
    public Entry named(Validator validator, long bytes) {
        return new Entry(
                key,
                200,
                fields.without("Content-Range", "Content-Length"),
                OptionalLong.of(bytes),
                Optional.of(validator.name(key, bytes)),
                Optional.empty(),
                requestedAt,
                checkedAt);
    }

    public Entry withBlob(Digest sha256, long bytes) {
        return new Entry(
                key, status, fields, OptionalLong.of(bytes), content, Optional.of(sha256), requestedAt, checkedAt);
    }

    /** The same answer under another key, with more fields. */
    public Entry filedUnder(String otherKey, Fields more) {
        Fields.Builder all = fields.toBuilder();
        more.forEach(all::set);
        return new Entry(otherKey, status, all.build(), length, content, blob, requestedAt, checkedAt);
    }

    /** The same answer after upstream has confirmed it, with the fields that it has since then. */
    public Entry confirmed(Fields now, Instant asked, Instant checked) {
        return new Entry(key, status, now, length, content, blob, asked, checked);
    }
}
