package io.artifactvault.backend.oci;

import io.artifactvault.backend.Mount;
import io.artifactvault.backend.Resolution;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/** Requests to a registry's backend without a vault. */
final class OciRequests {
    static final String HEX = "0123456789abcdef".repeat(4);
    static final String DIGEST = "sha256:" + HEX;

    private OciRequests() {}

    /** Docker Hub's settings under another address and with other hosts of token services. */
    static OciSettings settings(String baseUrl, String... tokenHosts) {
        OciSettings usual = OciType.DOCKER_HUB.defaults();
        return new OciSettings(
                "reg",
                "/reg/",
                usual.hosts(),
                usual.listen(),
                Set.of("docker.io"),
                URI.create(baseUrl),
                usual.defaultNamespace(),
                Set.of(tokenHosts),
                usual.login(),
                usual.asksLogin(),
                usual.metadataTtl(),
                usual.negativeTtl(),
                usual.accessTtl(),
                usual.timeout(),
                usual.privateRedirects(),
                usual.source());
    }

    static Resolution resolve(OciSettings settings, String method, String target, Fields fields)
            throws BadTargetException {
        Request request = new Request(method, Target.parse(target), fields, "http://vault.test", Optional.empty());
        return new OciBackend(settings).resolve(request, new Mount(Mount.Selector.PATH, settings.prefix()));
    }

    /** What a GET below the name {@code reg/team/image} asks for. */
    static RegistryResource resource(String below, String... fields) throws BadTargetException {
        return resource(settings("https://registry-1.docker.io"), below, fields);
    }

    static RegistryResource resource(OciSettings settings, String below, String... fields) throws BadTargetException {
        Resolution resolution = resolve(settings, "GET", "/v2/reg/team/image/" + below, Fields.of(fields));
        return (RegistryResource) ((Resolution.Found) resolution).resource();
    }
}
