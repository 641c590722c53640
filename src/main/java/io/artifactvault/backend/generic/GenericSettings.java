package io.artifactvault.backend.generic;

import io.artifactvault.backend.BackendSettings;
import io.artifactvault.backend.SourceSettings;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One mounted HTTP origin.
 *
 * @param name unique among backends; part of every cache key
 * @param prefix path under which it is mounted, with a slash at both ends
 * @param hosts host names, in lower case, under which it is mounted exclusively; empty for every name
 * @param baseUrl the URL that replaces the prefix
 * @param timeout from a request to the head of its response
 * @param redirects how to handle redirects
 * @param defaultTtl how long a response without a lifetime may be reused
 * @param negativeTtl how long an error without a lifetime may be reused
 * @param staleIfError how long after its lifetime a response may be used when upstream fails
 * @param request changes to requests
 * @param response changes to responses
 * @param methods the permitted methods; empty for all
 * @param source limits towards the origin
 */
public record GenericSettings(
        String name,
        String prefix,
        List<String> hosts,
        URI baseUrl,
        Duration timeout,
        Redirects redirects,
        Optional<Duration> defaultTtl,
        Duration negativeTtl,
        Duration staleIfError,
        Edit request,
        Edit response,
        Set<String> methods,
        SourceSettings source)
        implements BackendSettings {

    /**
     * How to handle redirects.
     *
     * @param follow whether they are followed internally; else they are passed on like any other response
     * @param most the maximum number followed per request
     * @param privateTargets the private addresses to which they may lead
     * @param rewrite whether Location and Content-Location below {@code baseUrl} are rewritten to point below the
     *     prefix
     */
    public record Redirects(boolean follow, int most, PrivateTargets privateTargets, boolean rewrite) {}

    /**
     * A change to header fields: removals are applied first, then additions.
     *
     * @param allow names, in lower case, that a client's request keeps although they are removed by default; their
     *     values are then part of the cache key
     * @param remove names in lower case
     */
    public record Edit(Set<String> allow, Set<String> remove, Fields add) {
        public static final Edit NONE = new Edit(Set.of(), Fields.EMPTY);

        /** Allows no additional fields. */
        public Edit(Set<String> remove, Fields add) {
            this(Set.of(), remove, add);
        }

        Fields apply(Fields fields) {
            if (remove.isEmpty() && add.isEmpty()) {
                return fields;
            }
            Fields.Builder edited = Fields.builder();
            fields.forEach((name, value) -> {
                if (!remove.contains(name.toLowerCase(Locale.ROOT))) {
                    edited.add(name, value);
                }
            });
            return edited.addAll(add).build();
        }
    }
}
