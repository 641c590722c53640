package io.artifactvault.backend.oci;

import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.http.Digest;
import java.util.Locale;
import java.util.Optional;

/**
 * What a manifest says about content to which it refers.
 *
 * @param mediaType empty if it is not given
 * @param digest as written
 * @param size in bytes; negative if it is not given
 * @param platform of an image in an index
 * @param attested the digest of the image in the same index that this is an attestation of; empty for others
 * @param isElsewhere whether it has addresses outside the registry
 */
record Descriptor(
        String mediaType, String digest, long size, Optional<Platform> platform, String attested, boolean isElsewhere) {
    /** The digest; empty for algorithms that the vault cannot verify. */
    Optional<Digest> verifiable() {
        return ImageReference.digest(digest);
    }

    /** Whether it leads to further manifests of several platforms. */
    boolean isIndex() {
        String type = mediaType.toLowerCase(Locale.ROOT);
        return type.endsWith(".image.index.v1+json") || type.endsWith(".manifest.list.v2+json");
    }

    /** Whether it is the configuration of an image, which states a platform. */
    boolean isImageConfig() {
        return mediaType.equals("application/vnd.oci.image.config.v1+json")
                || mediaType.equals("application/vnd.docker.container.image.v1+json");
    }

    /** Whether clients fetch it from elsewhere, because registries may not distribute it. */
    boolean isForeign() {
        return isElsewhere && (mediaType.contains("foreign") || mediaType.contains("nondistributable"));
    }

    /** Whether it is about an image of the same index. */
    boolean isAttestation() {
        return !attested.isEmpty() || platform.filter(Platform::isUnknown).isPresent();
    }

    SnapshotFile file(String path) {
        return new SnapshotFile(path, size < 0 ? SnapshotFile.UNKNOWN : size, verifiable());
    }
}
