package io.artifactvault.http.caching;

import io.artifactvault.http.Fields;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Which fields of a response are stored, and how a 304 changes them: RFC 9111 §3.1, §3.2 and §5.2.2. Pure. */
public final class StoredFields {
    /** §3.1: fields that concern an intermediary proxy, in addition to hop-by-hop fields. */
    private static final Set<String> OF_PROXIES =
            Set.of("proxy-authenticate", "proxy-authentication-info", "proxy-authorization");

    /** §3.2: a field that a 304 cannot change, because it describes the stored content. */
    private static final String CONTENT_LENGTH = "content-length";

    private StoredFields() {}

    /** The fields of a response that may be stored. */
    public static Fields of(Fields response) {
        Set<String> dropped = new HashSet<>(OF_PROXIES);
        Directives directives = CachePolicy.of(response).directives();
        dropped.addAll(directives.fieldNames("no-cache"));
        dropped.addAll(directives.fieldNames("private"));
        Fields.Builder kept = Fields.builder();
        response.withoutHopByHop().forEach((name, value) -> {
            if (!dropped.contains(name.toLowerCase(Locale.ROOT))) {
                kept.add(name, value);
            }
        });
        return kept.build();
    }

    /** Updates fields after a 304, but adds none: an allow-list selected which fields to store. */
    public static Fields updatedWithin(Fields stored, Fields notModified) {
        Fields.Builder known = Fields.builder();
        notModified.forEach((name, value) -> {
            if (stored.has(name)) {
                known.add(name, value);
            }
        });
        return updated(stored, known.build());
    }

    /**
     * The stored fields after a 304: each of its fields except Content-Length replaces the stored ones of that name.
     */
    public static Fields updated(Fields stored, Fields notModified) {
        Fields news = of(notModified).without(CONTENT_LENGTH);
        // The age of a stored response counts from the response that confirmed it.
        Fields.Builder updated = stored.toBuilder().remove("Age");
        news.forEach((name, _) -> updated.remove(name));
        return updated.addAll(news).build();
    }
}
