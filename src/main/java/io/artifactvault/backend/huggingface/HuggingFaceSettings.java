package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.BackendSettings;
import io.artifactvault.backend.CorsOrigins;
import io.artifactvault.backend.SourceSettings;
import io.artifactvault.backend.TokenProbe;
import io.artifactvault.http.Credential;
import io.artifactvault.http.PrivateTargets;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One mounted Hub.
 *
 * @param name unique among backends; part of every cache key
 * @param prefix path under which it is mounted, with a slash at both ends
 * @param hosts host names, in lower case, under which it is mounted exclusively; empty for every name
 * @param baseUrl the Hub itself
 * @param datasetsServer the URL of the dataset viewer; if not set, {@code datasets-server.} before the Hub's host, as
 *     clients derive it
 * @param token the server's own token
 * @param tokenForAnonymous whether the vault uses its own token for callers without one; everything that token may read
 *     is then open to all callers
 * @param timeout from a request to the head of its response
 * @param maxRedirects the number of redirects to follow per request
 * @param metadataTtl how long a branch name or an API response may be reused without revalidation
 * @param negativeTtl how long "not found" may be reused
 * @param accessTtl how long upstream's permission for a caller remains valid
 * @param linkTtl how long a link to a layer remains valid, through which clients fetch its parts without a token
 * @param privateRedirects the private addresses to which redirects may lead
 * @param source limits towards the Hub, and its mirrors
 * @param corsOrigins the origins of web pages that may read responses
 */
public record HuggingFaceSettings(
        String name,
        String prefix,
        List<String> hosts,
        URI baseUrl,
        Optional<URI> datasetsServer,
        Optional<Credential> token,
        boolean tokenForAnonymous,
        Duration timeout,
        int maxRedirects,
        Duration metadataTtl,
        Duration negativeTtl,
        Duration accessTtl,
        Duration linkTtl,
        PrivateTargets privateRedirects,
        SourceSettings source,
        CorsOrigins corsOrigins)
        implements BackendSettings {
    @Override
    public String endpointVariable() {
        return "HF_ENDPOINT";
    }

    @Override
    public Optional<String> lentBy() {
        return tokenForAnonymous && token.isPresent() ? Optional.of("token_for_anonymous") : Optional.empty();
    }

    @Override
    public Optional<TokenProbe> tokenProbe() {
        return token.map(secret -> new TokenProbe(URI.create(baseUrl + "/api/whoami-v2"), secret));
    }
}
