package io.artifactvault.http.caching;

import io.artifactvault.http.CommaList;
import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The stored responses that the response to an unsafe request invalidates: RFC 9111 §4.4. Pure. */
public final class Invalidation {
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    private Invalidation() {}

    /** Whether the method is safe (RFC 9110 §9.2.1); unknown methods count as unsafe. */
    public static boolean isSafe(String method) {
        return SAFE.contains(method);
    }

    /**
     * The URIs whose stored responses may no longer be used: the target, and the URIs in Location and Content-Location
     * on the same origin; none after an error.
     */
    public static List<URI> targets(String method, URI target, int status, Fields response) {
        if (isSafe(method) || status < 200 || status >= 400) {
            return List.of();
        }
        Set<URI> targets = new LinkedHashSet<>();
        targets.add(target);
        for (String name : List.of("Location", "Content-Location")) {
            response.first(name).ifPresent(value -> addIfSameOrigin(targets, target, value));
        }
        return List.copyOf(targets);
    }

    private static String withoutFragment(String uri) {
        return uri.substring(0, uri.indexOf('#'));
    }

    private static void addIfSameOrigin(Set<URI> targets, URI target, String reference) {
        try {
            URI resolved = target.resolve(URI.create(CommaList.stripped(reference)));
            URI plain = resolved.getRawFragment() == null ? resolved : URI.create(withoutFragment(resolved.toString()));
            if (OriginId.of(plain).equals(OriginId.of(target))) {
                targets.add(plain);
            }
        } catch (IllegalArgumentException e) {
            // A value that is not a URI invalidates nothing.
        }
    }
}
