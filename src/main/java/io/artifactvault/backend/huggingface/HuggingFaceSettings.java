package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.BackendSettings;
import io.artifactvault.backend.CorsOrigins;
import io.artifactvault.backend.SourceSettings;
import io.artifactvault.backend.TokenProbe;
import io.artifactvault.http.Credential;
import io.artifactvault.http.PrivateTargets;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * One mounted Hub.
 *
 * @param name unique among backends; part of every cache key
 * @param prefix path under which it is mounted, with a slash at both ends
 * @param hosts host names under which alone it is found, in lower case; under every name when there are none
 * @param baseUrl the Hub itself
 * @param datasetsServer where the viewer of data sets is; when not said, at {@code datasets-server.} before the Hub's host,
 *     as clients have it
 * @param token the server's own token
 * @param tokenForAnonymous whether callers without a token act with the server's; then everything that token may read is
 *     open to all callers
 * @param timeout from a request to the head of its answer
 * @param maxRedirects followed per request
 * @param metadataTtl how long a branch name or an API answer may be reused without asking
 * @param negativeTtl how long "not found" may be reused
 * @param accessTtl how long a caller's yes from upstream holds
 * @param linkTtl how long the parts of a layer may be fetched under a link that needs no token
 * @param privateRedirects to which private addresses redirects may lead
 * @param source limits towards the Hub, and mirrors of it
 * @param corsOrigins which web pages may read answers
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
    public boolean lendsItsToken() {
        return tokenForAnonymous && token.isPresent();
    }

    @Override
    public Optional<TokenProbe> tokenProbe() {
        return token.map(secret -> new TokenProbe(URI.create(baseUrl + "/api/whoami-v2"), secret));
    }

    @Override
    public Backend open(InstantSource clock) {
        return new HuggingFaceBackend(this, clock);
    }
}
