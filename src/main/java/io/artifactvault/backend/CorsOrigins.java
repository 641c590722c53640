package io.artifactvault.backend;

import io.artifactvault.http.Fields;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The origins of web pages that may read a backend's responses in a browser (the Fetch standard, CORS).
 *
 * @param origins as browsers send them, such as {@code https://lab.example}; {@link #ANY} for every page
 */
public record CorsOrigins(Set<String> origins) {
    /** Stands for every origin. */
    public static final String ANY = "*";

    public static final String ALLOWED = "Access-Control-Allow-Origin";
    /** The fields that let every page read a response and the fields that explain it. */
    public static final Fields READABLE = Fields.of(
            ALLOWED,
            ANY,
            "Access-Control-Expose-Headers",
            "ETag,Link,Accept-Ranges,Content-Range,Retry-After,X-Error-Message,X-Request-Id,X-Cache,Cache-Status");

    private static final String PREFIX = "access-control-";

    public CorsOrigins {
        origins = Set.copyOf(origins);
    }

    public static CorsOrigins any() {
        return new CorsOrigins(Set.of(ANY));
    }

    public static CorsOrigins of(List<String> origins) {
        return new CorsOrigins(Set.copyOf(origins));
    }

    public boolean isAny() {
        return origins.contains(ANY);
    }

    /**
     * The fields of a response as sent to one client. Resources mark responses that pages may read at all by allowing
     * every origin; this method restricts that to the configured origins, also for responses that were stored earlier.
     *
     * @param origin the request's Origin
     */
    public Fields narrow(Fields answer, Optional<String> origin) {
        if (isAny()) {
            return answer;
        }
        Fields varying = varying(answer);
        return answer.has(ALLOWED) && origin.filter(origins::contains).isPresent()
                ? varying.with(ALLOWED, origin.get())
                : withoutCors(varying);
    }

    /** Adds Origin to Vary: two pages may get different fields for one URL. */
    private static Fields varying(Fields answer) {
        return answer.with(
                "Vary", answer.joined("Vary").map(vary -> vary + ", Origin").orElse("Origin"));
    }

    private static Fields withoutCors(Fields fields) {
        Fields.Builder kept = Fields.builder();
        fields.forEach((name, value) -> {
            if (!name.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
                kept.add(name, value);
            }
        });
        return kept.build();
    }
}
