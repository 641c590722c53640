package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.Resolution;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.fixtures.HuggingFaceSettingsBuilder;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Hubs, requests and answers for the tests of this room. */
public final class Hubs {
    public static final String COMMIT = "607a30d783dfa663caf39e06633721c8d4cfcd7e";
    public static final String SHA256 = "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5";
    public static final String GIT_SHA1 = "ce013625030ba8dba906f756967f9e9ca394464a";
    public static final String BASE = "https://huggingface.co";
    public static final String CDN = "https://us.aws.cdn.hf.co/xet-bridge-us/65f/63be?Signature=s";

    private Hubs() {}

    static HuggingFaceSettings settings() {
        return settings(BASE, Optional.empty(), false);
    }

    static HuggingFaceSettings settings(String base, Optional<Credential> token, boolean tokenForAnonymous) {
        return settings(base, token, tokenForAnonymous, List.of());
    }

    static HuggingFaceSettings settings(
            String base, Optional<Credential> token, boolean tokenForAnonymous, List<String> hosts) {
        return HuggingFaceSettingsBuilder.usual()
                .name("hf")
                .hosts(hosts)
                .baseUrl(URI.create(base))
                .token(token)
                .tokenForAnonymous(tokenForAnonymous)
                .build();
    }

    static OwnHops hops() {
        return new OwnHops(URI.create(BASE));
    }

    /** A request to the vault; the path is below the mount. */
    static Request request(String method, String below, String... fields) {
        try {
            return new Request(
                    method,
                    Target.parse("/huggingface/" + below),
                    Fields.of(fields),
                    "http://vault:8080",
                    Optional.empty());
        } catch (BadTargetException e) {
            throw new IllegalArgumentException(below, e);
        }
    }

    static Resource resource(Backend backend, Request request) {
        return switch (backend.resolve(request)) {
            case Resolution.Found(Resource resource) -> resource;
            case Resolution.Found other -> throw new IllegalArgumentException("other rules: " + other);
            case Resolution.Unread _ -> throw new IllegalArgumentException("wants to read the content first");
            case Resolution.After _ -> throw new IllegalArgumentException("wants another resource first");
            case Resolution.Local local -> throw new IllegalArgumentException("answered locally: " + local.status());
        };
    }

    static Resource resource(String below) {
        return resource(new HuggingFaceBackend(settings(), InstantSource.system()), request("GET", below));
    }

    /** An answer of the Hub itself. */
    static UpstreamAnswer hub(int status, String... fields) {
        return answer(BASE + "/acme/tiny/resolve/main/config.json", status, fields);
    }

    static UpstreamAnswer cdn(int status, String... fields) {
        return answer(CDN, status, fields);
    }

    static UpstreamAnswer answer(String uri, int status, String... fields) {
        return new UpstreamAnswer(URI.create(uri), status, Fields.of(fields));
    }
}
