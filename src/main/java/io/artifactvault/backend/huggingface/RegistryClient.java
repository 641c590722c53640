package io.artifactvault.backend.huggingface;

import io.artifactvault.http.Request;
import java.util.Locale;

/** The kinds of clients for which the Hub's registry has different manifests (protocol reference §1.10). */
enum RegistryClient {
    LLAMA_CPP,
    OLLAMA,
    OTHER;

    static RegistryClient of(Request request) {
        String agent = request.fields().first("User-Agent").orElse("").toLowerCase(Locale.ROOT);
        if (agent.contains("llama-cpp")) {
            return LLAMA_CPP;
        }
        return agent.contains("ollama") ? OLLAMA : OTHER;
    }
}
