package io.artifactvault.backend.huggingface.snapshots;

import io.artifactvault.http.Digest;
import java.util.Locale;
import java.util.Optional;

/** The Hub's convention for the ETag of a file: the sha256 of an LFS file, git's blob id of any other. */
public final class HubEtag {
    private HubEtag() {}

    /**
     * The digest in an ETag; empty if it contains none.
     *
     * @param opaque the tag without its quotes
     */
    public static Optional<Digest> digest(String opaque) {
        String hex = opaque.toLowerCase(Locale.ROOT);
        return switch (hex.length()) {
            case 64 -> Digest.parse("sha256:" + hex);
            case 40 -> Digest.parse("git-sha1:" + hex);
            default -> Optional.empty();
        };
    }
}
