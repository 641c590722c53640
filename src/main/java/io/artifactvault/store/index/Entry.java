package io.artifactvault.store.index;

import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Hasher;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.OriginId;
import io.artifactvault.http.conditional.Validator;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A stored response (RFC 9111 §3) under its cache key.
 *
 * @param key the cache key
 * @param status the status code of the response, 200 or a final error that may be stored
 * @param fields representation fields as upstream sent them, already reduced to the allow-list
 * @param length the complete length in bytes, when known
 * @param content the digest that upstream announced for the content, if any
 * @param blob the sha256 of the stored content; empty while only the head is known
 * @param requestedAt when the request for this response was sent
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
    /** The field that marks a response that upstream did not send because it was imported. Clients also see it. */
    public static final String UNCONFIRMED = "X-Vault-Unconfirmed";

    /**
     * The field with the time since which upstream has responded to every request with an error. Clients do not see it.
     */
    private static final String ABSENT_SINCE = "X-Vault-Absent-Since";

    /**
     * The field with a hash of the address that sent the response: a validator applies to no other address. Clients do
     * not see it.
     */
    private static final String SOURCE = "X-Vault-Source";

    /** Whether it is an error that states that there is no content, which may be wrong temporarily. */
    public boolean isError() {
        return status >= 400;
    }

    /** A copy of this error that keeps the start time of the previous entry if that was an error too. */
    public Entry sinceThat(Optional<Entry> before) {
        if (!isError()) {
            return this;
        }
        Instant since = before.filter(old -> old.isError() && old.key().equals(key))
                .map(Entry::absentSince)
                .filter(at -> at.isBefore(checkedAt))
                .orElse(checkedAt);
        return confirmed(fields.with(ABSENT_SINCE, since.toString()), requestedAt, checkedAt);
    }

    private Instant absentSince() {
        try {
            return fields.first(ABSENT_SINCE).map(Instant::parse).orElse(checkedAt);
        } catch (DateTimeParseException e) {
            return checkedAt;
        }
    }

    /**
     * How long an error may be reused without a request to upstream.
     *
     * @param first the lifetime after upstream's first such response, and until upstream has repeated it when that
     *     lifetime was over
     * @param confirmed the lifetime after upstream has repeated it
     */
    public Duration errorLifetime(Duration first, Duration confirmed) {
        boolean again = Duration.between(absentSince(), checkedAt).compareTo(first) >= 0;
        return again && !first.isZero() && confirmed.compareTo(first) > 0 ? confirmed : first;
    }

    /** The fields that clients may see. */
    public Fields shown() {
        Fields shown = fields.has(SOURCE) ? fields.without(SOURCE) : fields;
        return isError() ? shown.without(ABSENT_SINCE) : shown;
    }

    /** A copy that records which address sent the response; empty if that is always the requested one. */
    public Entry from(Optional<URI> address) {
        Fields others = fields.without(SOURCE);
        Fields now = address.map(uri -> others.with(SOURCE, source(uri))).orElse(others);
        return confirmed(now, requestedAt, checkedAt);
    }

    /** A copy that records the same sender as another entry. */
    public Entry fromSourceOf(Entry other) {
        Fields others = fields.without(SOURCE);
        Fields now = other.fields
                .first(SOURCE)
                .map(source -> others.with(SOURCE, source))
                .orElse(others);
        return confirmed(now, requestedAt, checkedAt);
    }

    /**
     * Whether that address sent the response.
     *
     * @param otherwise the result if the entry does not name its address
     */
    public boolean isFrom(URI address, boolean otherwise) {
        return fields.first(SOURCE).map(source(address)::equals).orElse(otherwise);
    }

    /**
     * A hash of the address with only the names of the query's parameters: their values may be a signature that changes
     * with each redirect.
     */
    private static String source(URI address) {
        List<String> parts = new ArrayList<>();
        parts.add(OriginId.of(address).toString());
        parts.add(address.getRawPath() == null ? "" : address.getRawPath());
        if (address.getRawQuery() != null) {
            parts.addAll(parameterNames(address.getRawQuery()));
        }
        Hasher hasher = Hasher.of(Digest.Algorithm.SHA256, 0);
        hasher.update(ByteBuffer.wrap(KeyBuilder.key(parts).getBytes(StandardCharsets.UTF_8)));
        return hasher.finish().hex();
    }

    /** The sorted names, because their order may change; a parameter without an equals sign has an empty name. */
    private static List<String> parameterNames(String query) {
        return Arrays.stream(query.split("&", -1))
                .map(parameter -> parameter.substring(0, Math.max(0, parameter.indexOf('='))))
                .sorted()
                .toList();
    }

    /**
     * Whether upstream must confirm this response before it is used; while upstream is unreachable, it may be used
     * without confirmation.
     */
    public boolean isUnconfirmed() {
        return fields.has(UNCONFIRMED);
    }

    /** Whether the response is complete and has no content. */
    public boolean hasNoContent() {
        return length.equals(OptionalLong.of(0)) && content.isEmpty() && blob.isEmpty();
    }

    /** Whether its content has a digest, but is not stored completely. */
    public boolean isPartial() {
        return content.isPresent() && blob.isEmpty();
    }

    /** A copy for the complete response of that length, of which ranges may be stored under that validator. */
    public Entry named(Validator validator, long bytes) {
        return new Entry(
                key,
                200,
                fields.without("Content-Range", "Content-Length"),
                OptionalLong.of(bytes),
                Optional.of(validator.name(target(), bytes)),
                Optional.empty(),
                requestedAt,
                checkedAt);
    }

    /**
     * The text that identifies what the validator applies to: the address, and the coding, because some origins use one
     * tag for all codings.
     */
    private String target() {
        List<String> parts = new ArrayList<>(List.of(key));
        parts.addAll(fields.all(SOURCE));
        fields.joined("Content-Encoding").ifPresent(coding -> parts.add("coding " + coding));
        return parts.size() == 1 ? key : KeyBuilder.key(parts);
    }

    /** A copy with another digest of its content. */
    public Entry withContent(Digest digest) {
        return new Entry(key, status, fields, length, Optional.of(digest), blob, requestedAt, checkedAt);
    }

    public Entry withBlob(Digest sha256, long bytes) {
        return new Entry(
                key, status, fields, OptionalLong.of(bytes), content, Optional.of(sha256), requestedAt, checkedAt);
    }

    /** A copy under another key, with additional fields. */
    public Entry filedUnder(String otherKey, Fields more) {
        Fields.Builder all = fields.toBuilder();
        more.forEach(all::set);
        return new Entry(otherKey, status, all.build(), length, content, blob, requestedAt, checkedAt);
    }

    /** A copy after upstream has confirmed the response, with its updated fields. */
    public Entry confirmed(Fields now, Instant asked, Instant checked) {
        return new Entry(key, status, now, length, content, blob, asked, checked);
    }
}
