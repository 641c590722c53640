package io.artifactvault.http.caching;

import io.artifactvault.http.Fields;
import java.util.Set;

/** Whether a shared cache may store the response to a GET: RFC 9111 §3, §3.5 and §7.3. Pure. */
public final class Storability {
    /** The final statuses whose caching requirements are understood here: those that RFC 9110 defines. */
    private static final Set<Integer> UNDERSTOOD = Set.of(
            200, 201, 202, 203, 204, 205, 206, 300, 301, 302, 303, 304, 305, 307, 308, 400, 401, 402, 403, 404, 405,
            406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 426, 428, 429, 431, 451, 500, 501,
            502, 503, 504, 505, 511);

    /** Statuses that reject a condition, a range or an expectation of the request. */
    private static final Set<Integer> OF_ONE_REQUEST = Set.of(412, 416, 417);

    /** Statuses that say that the resource has moved or is gone. */
    private static final Set<Integer> LASTING = Set.of(301, 308, 404, 410);

    private static final String SET_COOKIE = "Set-Cookie";

    private Storability() {}

    /**
     * Whether the response may be stored.
     *
     * @param request the fields of the request that was answered
     * @param freshness of the response
     */
    public static boolean isStorable(Fields request, int status, Fields response, Freshness freshness) {
        return status >= 200
                && status != 206
                && status != 304
                && !isOfOneRequest(status)
                && isPermitted(request, status, response, freshness)
                && isOfUse(status, freshness, response);
    }

    /**
     * Whether both the request and the response permit storing the response or, if it is a redirect, the response that
     * it leads to.
     *
     * @param freshness of the response
     */
    static boolean isPermitted(Fields request, int status, Fields response, Freshness freshness) {
        Directives directives = CachePolicy.of(response).directives();
        return !Directives.of(request).has("no-store")
                && !isForbidden(status, response)
                && isAllowedWithCredential(request, directives)
                && setsNoCookieOfOneClient(response, directives)
                && (!request.has("Cookie") || freshness.basis() == Freshness.Basis.EXPLICIT);
    }

    /** Whether the response forbids storing in a shared cache for any request. */
    static boolean isForbidden(int status, Fields response) {
        return !isAllowed(CachePolicy.of(response).directives(), status)
                || VaryKey.of(response).isAny();
    }

    /**
     * Whether the status rejects a property of one request: it applies to no other request and does not affect stored
     * responses.
     */
    public static boolean isOfOneRequest(int status) {
        return OF_ONE_REQUEST.contains(status);
    }

    private static boolean isAllowed(Directives directives, int status) {
        boolean mustUnderstand = directives.has("must-understand");
        if (mustUnderstand && !UNDERSTOOD.contains(status)) {
            return false;
        }
        // must-understand overrides an accompanying no-store, which is meant for caches that do not support it
        // (§5.2.2.3).
        boolean kept = mustUnderstand || !directives.has("no-store");
        return kept && !directives.hasBare("private");
    }

    /**
     * Whether a response with that status, if it is not stored itself, makes an older stored response unusable.
     * Refusals do not, because any client can provoke them; nor do temporary redirects and errors, because they say
     * nothing about the resource.
     */
    public static boolean replacesStored(int status) {
        return status / 100 == 2 || LASTING.contains(status);
    }

    /** §3.5: after a request with Authorization the response must explicitly permit storing. */
    private static boolean isAllowedWithCredential(Fields request, Directives directives) {
        return !request.has("Authorization")
                || directives.has("public")
                || directives.has("must-revalidate")
                || directives.has("s-maxage");
    }

    /**
     * Whether the response sets no cookie that belongs to one client: it has none, is marked public, or is stored
     * without its cookies.
     */
    private static boolean setsNoCookieOfOneClient(Fields response, Directives directives) {
        return !response.has(SET_COOKIE)
                || directives.has("public")
                || directives.fieldNames("private").contains("set-cookie")
                || directives.fieldNames("no-cache").contains("set-cookie");
    }

    /**
     * Whether storing the response is useful: it has an explicit lifetime, or a status that allows heuristics together
     * with a validator or a date for them.
     */
    private static boolean isOfUse(int status, Freshness freshness, Fields response) {
        boolean validator = response.has("ETag") || response.has("Last-Modified");
        return freshness.basis() == Freshness.Basis.EXPLICIT
                || freshness.lifetime().isPositive()
                || (Freshness.mayBeGuessed(status, response) && validator);
    }
}
