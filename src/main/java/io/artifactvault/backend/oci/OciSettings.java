package io.artifactvault.backend.oci;

import io.artifactvault.backend.BackendSettings;
import io.artifactvault.backend.BackendSettings.ListenAddress;
import io.artifactvault.backend.SourceSettings;
import io.artifactvault.http.Credential;
import io.artifactvault.http.PrivateTargets;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of a registry.
 *
 * @param name unique among backends; part of every cache key
 * @param path the path below {@code /v2} under which it is mounted, with a slash at both ends: {@code /ghcr/} for names
 *     such as {@code vault:8080/ghcr/org/image}, {@code /} for names without a segment of its own
 * @param hosts host names, in lower case, that select it
 * @param listen the listener of its own, if any
 * @param imageHosts the hosts in the names of its images, in lower case, as containerd sends them in {@code ns}
 * @param baseUrl the registry, without a slash at its end
 * @param defaultNamespace the namespace of names with one segment, such as {@code library}; empty for none
 * @param tokenHosts further hosts of token services that may receive callers' credentials
 * @param login the vault's own credential, sent for callers without one
 * @param asksLogin whether {@code /v2/} asks clients for a login, for clients that send theirs only if it does
 * @param metadataTtl how long a tag, a list of tags or of referrers may be used without a request to the registry
 * @param negativeTtl how long "not found" may be reused
 * @param accessTtl how long the registry's permission for one caller remains valid
 * @param timeout from a request to the head of its response
 * @param privateRedirects the private addresses to which redirects and token services may lead
 * @param source limits towards the registry
 */
record OciSettings(
        String name,
        String path,
        List<String> hosts,
        Optional<ListenAddress> listen,
        Set<String> imageHosts,
        URI baseUrl,
        String defaultNamespace,
        Set<String> tokenHosts,
        Optional<Credential> login,
        boolean asksLogin,
        Duration metadataTtl,
        Duration negativeTtl,
        Duration accessTtl,
        Duration timeout,
        PrivateTargets privateRedirects,
        SourceSettings source)
        implements BackendSettings {
    /** The path of the distribution specification's interface, at the root of every registry. */
    static final String ROOT = "/v2/";

    @Override
    public String prefix() {
        return ROOT + path.substring(1);
    }

    @Override
    public boolean isUnderEveryHost() {
        return true;
    }

    @Override
    public String hostPrefix() {
        return ROOT;
    }

    @Override
    public boolean isBehindOthers() {
        return isAtRoot();
    }

    /** Whether image names need no segment for this registry. */
    boolean isAtRoot() {
        return path.equals("/");
    }

    @Override
    public Set<String> queryNames() {
        return imageHosts;
    }

    @Override
    public Optional<String> lentBy() {
        return login.map(_ -> "login_for_anonymous");
    }
}
