package io.artifactvault.cache.request;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.backend.Resource;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Hasher;
import io.artifactvault.http.Request;
import io.artifactvault.http.Via;
import io.artifactvault.http.conditional.EntityTag;
import io.artifactvault.store.index.Entry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * How to present a stored response to one client. Immutable.
 *
 * @param fields the fields for the client, except those about length and ranges
 * @param errorsHaveContent whether a stored error is sent with its own content; if not, only its sentence is sent, in
 *     the format of the vault's own errors
 * @param answersEmptyRange whether a range of empty content gets 200 with {@code Content-Range: bytes *}{@code /0}
 *     instead of 416
 */
public record Presentation(Fields fields, boolean errorsHaveContent, boolean answersEmptyRange) {
    /**
     * The presentation of a response that an ecosystem's rules govern.
     *
     * @param requested the resource as the client requested it
     * @param isPublic whether anonymous callers may receive it, as far as is known
     */
    public static Presentation of(Resource requested, Entry entry, Request request, boolean isPublic) {
        Fields fields = versioned(requested.present(entry.shown(), request), requested, entry);
        return new Presentation(
                isPublic ? fields : fields.with("Cache-Control", "private").with("Vary", "Authorization"),
                requested.keepsErrorContent(),
                requested.answersEmptyRange());
    }

    /**
     * Gives an edited body its own ETag: it is another representation than the one whose ETag upstream sent (RFC 9110
     * §8.8.3), and two forms of one resource may be edited from the same body.
     */
    private static Fields versioned(Fields fields, Resource requested, Entry entry) {
        Optional<String> version = entry.isError()
                ? Optional.empty()
                : requested
                        .edit(entry.fields())
                        .filter(edit -> !edit.keepsBody())
                        .map(edit -> edit.version() + form(requested, entry));
        Optional<EntityTag> tag = fields.first("ETag").flatMap(EntityTag::parse);
        return version.isPresent() && tag.isPresent()
                ? fields.with("ETag", new EntityTag(true, tag.get().opaque() + "-" + version.get()).toString())
                : fields;
    }

    /** A text that distinguishes the forms of one resource, derived from their keys. */
    private static String form(Resource asked, Entry entry) {
        if (asked.selectedBy().isEmpty()) {
            return "";
        }
        Hasher hasher = Hasher.of(Digest.Algorithm.SHA256, 0);
        hasher.update(ByteBuffer.wrap(entry.key().getBytes(StandardCharsets.UTF_8)));
        return "-" + hasher.finish().hex().substring(0, 8);
    }

    /**
     * The presentation of a response that HTTP's own rules govern.
     *
     * @param age of a response that was stored before; empty for one that has just arrived
     */
    public static Presentation of(HttpResource requested, Entry entry, Request request, Optional<Duration> age) {
        Fields fields = Via.passed(entry.shown());
        Fields aged = age.map(time -> fields.with("Age", Long.toString(time.toSeconds())))
                .orElse(fields);
        return new Presentation(requested.present(aged, request), true, false);
    }
}
