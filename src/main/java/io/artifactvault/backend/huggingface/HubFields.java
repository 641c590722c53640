package io.artifactvault.backend.huggingface;

import io.artifactvault.http.Fields;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The Hub's response fields that reach a client, and those that the vault adds. Names are in lower case. */
final class HubFields {
    static final String EXPOSED =
            "X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,Accept-Ranges,"
                    + "Content-Range,X-Linked-Size,X-Linked-ETag,X-Xet-Hash,Retry-After,X-Cache,Cache-Status";

    static final String SECURITY_POLICY = "Content-Security-Policy";
    static final String SANDBOX = "default-src 'none'; sandbox";

    /**
     * Fields of every response with a file. HTML of users is served from the vault's own origin, where its scripts must
     * not run.
     */
    static final Fields FILE_CONSTANTS = Fields.of(
            SECURITY_POLICY, SANDBOX, "Access-Control-Allow-Origin", "*", "Access-Control-Expose-Headers", EXPOSED);

    static final Set<String> ERROR = Set.of(
            "content-type",
            "x-error-code",
            "x-error-message",
            "x-repo-commit",
            "x-hf-warning",
            "www-authenticate",
            "retry-after",
            "ratelimit",
            "ratelimit-policy",
            "x-request-id");

    static final Set<String> API =
            Set.of("content-type", "etag", "link", "x-total-count", "x-repo-commit", "x-hf-warning", "last-modified");

    /** The fields of a manifest, which is identified by the digest of its bytes. */
    static final Set<String> MANIFEST =
            Set.of("content-type", "etag", "docker-content-digest", "docker-distribution-api-version", "x-hf-warning");

    /** Fields that let scripts of other origins read responses, including errors. */
    static final Fields READABLE =
            Fields.of("Access-Control-Allow-Origin", "*", "Access-Control-Expose-Headers", EXPOSED);

    /** The fields of responses that are passed through: no Location, no Set-Cookie, no Xet hints. */
    static final Set<String> THROUGH = Set.of(
            "content-type",
            "content-encoding",
            "content-length",
            "content-range",
            "content-disposition",
            "content-security-policy",
            "accept-ranges",
            "cache-control",
            "expires",
            "pragma",
            "date",
            "etag",
            "last-modified",
            "link",
            "vary",
            "x-total-count",
            "x-repo-commit",
            "x-revision",
            "x-linked-etag",
            "x-linked-size",
            "x-error-code",
            "x-error-message",
            "x-hf-warning",
            "www-authenticate",
            "retry-after",
            "ratelimit",
            "ratelimit-policy",
            "x-request-id",
            "docker-content-digest",
            "docker-distribution-api-version");

    /** The fields that lead a client to Xet storage; sent only if the vault permits that. */
    static final Set<String> XET = Set.of(
            "x-xet-hash", "x-xet-refresh-route", "x-xet-cas-url", "x-xet-access-token", "x-xet-token-expiration");

    /** The fields of a redirect that describe the file to which it leads. */
    static final List<String> XET_HINTS = List.of("X-Xet-Hash", "X-Xet-Refresh-Route", "Link");

    /**
     * The fields that name content, commits, pages or access: those of another host's response are never passed to a
     * client.
     */
    private static final Set<String> OF_THE_HUB = Set.of(
            "link",
            "x-total-count",
            "x-repo-commit",
            "x-revision",
            "x-linked-etag",
            "x-linked-size",
            "x-error-code",
            "x-error-message",
            "www-authenticate",
            "ratelimit",
            "ratelimit-policy",
            "docker-content-digest",
            "docker-distribution-api-version");

    private HubFields() {}

    /** The fields of a response that any host may set. */
    static Fields ofAnyHost(Fields answer) {
        Fields.Builder kept = Fields.builder();
        answer.forEach((name, value) -> {
            String lowerCase = name.toLowerCase(Locale.ROOT);
            boolean ofTheHub = OF_THE_HUB.contains(lowerCase) || XET.contains(lowerCase);
            if (!ofTheHub && !lowerCase.startsWith("x-hf-")) {
                kept.add(name, value);
            }
        });
        return kept.build();
    }
}
