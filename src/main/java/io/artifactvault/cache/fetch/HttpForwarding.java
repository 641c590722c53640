package io.artifactvault.cache.fetch;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.cache.lookup.StoredResponse;
import io.artifactvault.cache.lookup.VariantSet;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Request;
import java.util.Optional;

/**
 * A client request that is to be forwarded upstream, and the state known before it is sent. Immutable.
 *
 * @param variantSet the variant set to which the response is added if it is stored
 * @param stored the stored response that the request selects
 * @param validate whether upstream may confirm the stored response
 * @param shared whether the response may also be for other requests that wait for it
 * @param status why the request is forwarded
 */
public record HttpForwarding(
        CacheRequest<HttpResource> request,
        VariantSet variantSet,
        Optional<StoredResponse> stored,
        boolean validate,
        boolean shared,
        CacheStatus status) {
    HttpResource resource() {
        return request.resource();
    }

    Request message() {
        return request.message();
    }
}
