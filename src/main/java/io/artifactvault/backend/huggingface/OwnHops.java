package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.huggingface.snapshots.HubEtag;
import io.artifactvault.http.Digest;
import io.artifactvault.http.OriginId;
import io.artifactvault.http.conditional.EntityTag;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Determines which responses of a redirect chain came from the Hub itself, or from another service that the operator
 * configured. Only these may name content, commits and other names. Pure.
 *
 * @param service the base URL, without a trailing slash
 */
record OwnHops(URI service) {
    /**
     * The responses of the service before the chain first leaves it. Once another host has determined where the chain
     * continues, no later response counts, even if the chain leads back to the service.
     */
    List<UpstreamAnswer> own(List<UpstreamAnswer> chain) {
        return chain.stream().takeWhile(answer -> isHere(answer.uri())).toList();
    }

    /** Whether the service sent the whole chain. */
    boolean isOwn(List<UpstreamAnswer> chain) {
        return own(chain).size() == chain.size();
    }

    /**
     * Whether the service sent the last response, or named that content in one of its own redirects; other hosts are
     * not trusted.
     */
    boolean hasNamed(List<UpstreamAnswer> chain, Optional<Digest> content) {
        return isOwn(chain)
                || (content.isPresent()
                        && own(chain).stream().anyMatch(hop -> linked(hop).equals(content)));
    }

    /** The content that one of the service's own responses names. */
    Optional<Digest> linked(UpstreamAnswer answer) {
        return isHere(answer.uri())
                ? answer.fields()
                        .first("X-Linked-Etag")
                        .flatMap(EntityTag::parse)
                        .map(EntityTag::opaque)
                        .flatMap(HubEtag::digest)
                : Optional.empty();
    }

    /** The part of a redirect's target that is below the service's base URL; empty if it leads elsewhere. */
    Optional<String> below(String location) {
        String base = service.toString();
        if (location.startsWith(base + "/")) {
            return Optional.of(location.substring(base.length() + 1));
        }
        String path = service.getRawPath() + "/";
        return location.startsWith(path) && !location.startsWith("//")
                ? Optional.of(location.substring(path.length()))
                : Optional.empty();
    }

    private boolean isHere(URI uri) {
        return OriginId.of(uri).equals(OriginId.of(service));
    }
}
