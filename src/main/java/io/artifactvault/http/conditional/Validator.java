package io.artifactvault.http.conditional;

import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Hasher;
import io.artifactvault.http.HttpDate;
import io.artifactvault.http.KeyBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A strong validator of a representation (RFC 9110 §8.8.1): two responses for the same target with the same validator
 * have the same octets. Pure.
 *
 * @param text the value of the response's field, in the form that If-Range accepts
 */
public record Validator(String text) {
    /**
     * A response's strong validator: its entity tag, if strong; or its Last-Modified, if it has no tag (§13.1.5) and
     * the date is strong (§8.8.2.2).
     */
    public static Optional<Validator> strong(Fields response) {
        if (response.has("ETag")) {
            return response.first("ETag")
                    .flatMap(EntityTag::parse)
                    .filter(tag -> !tag.weak())
                    .map(tag -> new Validator(tag.toString()));
        }
        return Preconditions.strongLastModified(response).map(date -> new Validator(HttpDate.format(date)));
    }

    /**
     * Whether a 304 confirms a stored response (RFC 9111 §4.3.4): the 304 has no validator, or the same as the stored
     * response. A weak tag and a strong tag with the same text count as equal, because encoding gateways convert one to
     * the other.
     */
    public static boolean confirms(Fields stored, Fields notModified) {
        if (stored.has("ETag")) {
            Optional<String> told = notModified.first("ETag").map(Validator::text);
            return told.isEmpty() || told.equals(stored.first("ETag").map(Validator::text));
        }
        return !stored.has("Last-Modified")
                || !notModified.has("Last-Modified")
                || notModified.first("Last-Modified").equals(stored.first("Last-Modified"));
    }

    private static String text(String tag) {
        String value = tag.strip();
        return value.startsWith("W/") ? value.substring(2) : value;
    }

    /**
     * A digest that identifies the content of a target with this validator, for content whose sha256 is not known in
     * advance.
     */
    public Digest name(String target, long length) {
        Hasher hasher = Hasher.of(Digest.Algorithm.SHA256, 0);
        hasher.update(ByteBuffer.wrap(
                KeyBuilder.key(target, text, Long.toString(length)).getBytes(StandardCharsets.UTF_8)));
        return new Digest(Digest.Algorithm.VALIDATOR, hasher.finish().hex());
    }

    @Override
    public String toString() {
        return text;
    }
}
