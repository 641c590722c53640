package io.artifactvault.http;

import java.util.Optional;

/**
 * A strong validator of a representation (RFC 9110 §8.8.1): two answers to the same target that carry the same one have the same
 * octets. Pure.
 *
 * @param text as it stands in the response's field, and as If-Range takes it
 */
public record Validator(String text) {
    /**
     * Of a response: its entity tag, if that is strong; or its Last-Modified, where it has no tag at all (§13.1.5) and the date is
     * strong (§8.8.2.2).
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

    /** The name of the content that a target had under it. */
    public Digest name(String target, long length) {
        return Digest.ofValidator(target, text, length);
    }

    @Override
    public String toString() {
        return text;
    }
}
