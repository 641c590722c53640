package io.artifactvault.backend.huggingface.route;

import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.UserAgent;
import java.util.Locale;

/**
 * The kinds of clients for which the Hub's registry has different manifests (protocol reference §1.10). The Hub
 * distinguishes them by User-Agent. The vault therefore requests each kind with one User-Agent and one Accept,
 * regardless of what the client sent.
 */
public enum RegistryClient {
    LLAMA_CPP("llama-cpp (" + UserAgent.OWN + ")", "application/json"),
    OLLAMA("ollama/1.0.0 (" + UserAgent.OWN + ")", "application/vnd.docker.distribution.manifest.v2+json"),
    OTHER(
            UserAgent.OWN,
            "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json, */*");

    private final String agent;
    private final String accept;

    RegistryClient(String agent, String accept) {
        this.agent = agent;
        this.accept = accept;
    }

    public static RegistryClient of(Request request) {
        String agent = request.fields().first("User-Agent").orElse("").toLowerCase(Locale.ROOT);
        if (agent.contains("llama-cpp")) {
            return LLAMA_CPP;
        }
        return agent.contains("ollama") ? OLLAMA : OTHER;
    }

    /** Adds the User-Agent and Accept that a client of this kind sends. */
    public Fields addTo(Fields plain) {
        return plain.with("User-Agent", agent).with("Accept", accept);
    }
}
