package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Resource.Name;
import io.artifactvault.backend.Upstream;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import io.artifactvault.http.Request;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The Hub that one backend stands for: its address, and with whose credential it is asked. Immutable. */
record Hub(HuggingFaceSettings settings) {
    boolean isHere(URI uri) {
        return OriginId.of(uri).equals(OriginId.of(settings.baseUrl()));
    }

    /** What a revision points at: shared by a repository's files and its JSON, so that they move together. */
    Name name(Repository repository, String revision, Optional<Resource> teller) {
        return new Name(settings.name() + " revision " + repository + "@" + revision, settings.metadataTtl(), teller);
    }

    Upstream upstream(String rawPathAndQuery, Fields fields, Optional<Credential> credential) {
        return new Upstream(
                URI.create(settings.baseUrl() + "/" + rawPathAndQuery),
                fields,
                credential,
                settings.maxRedirects(),
                settings.allowPrivateRedirects(),
                new Upstream.Account(settings.name(), budget(rawPathAndQuery), mirrors(rawPathAndQuery)));
    }

    private List<URI> mirrors(String rawPathAndQuery) {
        return settings.source().mirrors().stream()
                .map(mirror -> URI.create(mirror + "/" + rawPathAndQuery))
                .toList();
    }

    /** The Hub counts API calls, file URLs and everything else apart. */
    private static String budget(String rawPathAndQuery) {
        if (rawPathAndQuery.startsWith("api/")) {
            return "api";
        }
        return rawPathAndQuery.contains("/resolve/") ? "resolvers" : "pages";
    }

    /** The caller's own credential, or the server's where the operator lets callers without one act with it. */
    Optional<Credential> credential(Request request) {
        Optional<Credential> own = request.credential();
        return own.isPresent() || !settings.tokenForAnonymous() ? own : settings.token();
    }

    /** Identity, so that lengths and digests are those of the file; the client's name, because the Hub counts by it. */
    static Fields plainFields(Request request) {
        Fields.Builder fields = Fields.builder().add("Accept-Encoding", "identity");
        request.fields().first("User-Agent").ifPresent(agent -> fields.add("User-Agent", agent));
        return fields.build();
    }
}
