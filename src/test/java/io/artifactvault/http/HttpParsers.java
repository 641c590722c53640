package io.artifactvault.http;

import io.artifactvault.http.caching.CachePolicy;
import io.artifactvault.http.caching.Freshness;
import io.artifactvault.http.caching.Invalidation;
import io.artifactvault.http.caching.RequestPolicy;
import io.artifactvault.http.caching.Storability;
import io.artifactvault.http.caching.StoredFields;
import io.artifactvault.http.caching.StructuredDictionary;
import io.artifactvault.http.caching.VaryKey;
import io.artifactvault.http.conditional.ContentRange;
import io.artifactvault.http.conditional.EntityTag;
import io.artifactvault.http.conditional.Preconditions;
import io.artifactvault.http.conditional.RangeSpec;
import io.artifactvault.http.conditional.Validator;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What {@code http} reads of strangers. */
public final class HttpParsers implements Supplier<Map<String, Consumer<String>>> {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Map<String, Consumer<String>> get() {
        Map<String, Consumer<String>> all = new TreeMap<>();
        for (String name : new String[] {
            "Cache-Control",
            "CDN-Cache-Control",
            "Vary",
            "Age",
            "Date",
            "Expires",
            "Last-Modified",
            "ETag",
            "Pragma",
            "Content-Type",
            "Content-Length",
            "Content-Disposition",
            "Connection",
            "Set-Cookie"
        }) {
            all.put("a response's " + name, value -> response(Fields.of(name, value)));
        }
        for (String name : new String[] {
            "If-None-Match",
            "If-Match",
            "If-Modified-Since",
            "If-Unmodified-Since",
            "If-Range",
            "Cache-Control",
            "Accept",
            "Accept-Language",
            "Authorization",
            "Via",
            "Connection",
            "Forwarded",
            "Cookie"
        }) {
            all.put("a request's " + name, value -> request(Fields.of(name, value)));
        }
        all.put("Range", value -> RangeSpec.parse(Optional.of("bytes=" + value)).resolve(100));
        all.put("Content-Range", value -> ContentRange.of(Fields.of("Content-Range", "bytes " + value)));
        all.put("Link", HttpParsers::links);
        all.put(
                "Location",
                value -> Invalidation.targets("POST", URI.create("http://a.test/"), 200, Fields.of("Location", value)));
        all.put("dates", value -> HttpDate.parseAnyCase(value, NOW));
        all.put("targets", HttpParsers::target);
        all.put("digests", Digest::parse);
        all.put("WWW-Authenticate", value -> {
            BearerChallenge.parse(value);
            BearerChallenge.parse("Bearer realm=" + value);
        });
        all.put("Cache-Status", value -> CacheStatus.local().withDetail(value).toField());
        all.put("chunk extensions", value -> ChunkExtensions.areSound(value, 0));
        all.put("structured dictionaries", value -> {
            StructuredDictionary.parse(value);
            StructuredDictionary.parse("a=" + value);
            StructuredDictionary.parse("a=(" + value);
        });
        return all;
    }

    private static void response(Fields fields) {
        Freshness freshness = Freshness.of(200, fields, NOW, NOW, Optional.of(Duration.ofSeconds(5)));
        Storability.isStorable(Fields.EMPTY, 200, fields, freshness);
        CachePolicy policy = CachePolicy.of(fields);
        policy.forbidsStale();
        policy.needsValidation();
        policy.explicitSeconds();
        policy.directives().fieldNames("no-cache");
        VaryKey.of(fields).of("key", Fields.of("a", "b"));
        StoredFields.of(fields).withoutHopByHop();
        StoredFields.updated(fields, fields);
        Validator.strong(fields);
        Preconditions.strongLastModified(fields);
        EntityTag.parse(fields.first("ETag").orElse(""));
    }

    private static void request(Fields fields) {
        Optional<EntityTag> tag = Optional.of(EntityTag.strong("a"));
        Preconditions.evaluate(fields, tag, Optional.of(NOW));
        Preconditions.rangeApplies(fields, tag, Optional.of(NOW));
        RequestPolicy.of(fields).isPatient();
        RequestPolicy.of(fields)
                .accepts(Freshness.lasting(Duration.ofSeconds(1), NOW), CachePolicy.of(Fields.EMPTY), NOW);
        Via.passes(fields);
        fields.withoutHopByHop();
        VaryKey.of(Fields.of("Vary", "accept, accept-language, authorization, cookie"))
                .of("key", fields);
    }

    private static void links(String value) {
        for (LinkField link : LinkField.parse(value)) {
            link.withoutOrigin();
            link.parameter("rel");
        }
        for (LinkField link : LinkField.parse("<http://a.test/>; " + value)) {
            link.parameter("rel");
        }
        LinkField.parse("<" + value + ">; rel=next").forEach(LinkField::withoutOrigin);
    }

    private static void target(String value) {
        try {
            Target target = Target.parse("/" + value);
            target.segments();
            target.queryParameter("a");
        } catch (BadTargetException e) {
            // Refused with 400.
        }
    }
}
