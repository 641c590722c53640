package io.artifactvault.http.caching;

import io.artifactvault.http.CommaList;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Scan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The directives that a shared cache obeys for a response: only those of CDN-Cache-Control if it is present and valid
 * (RFC 9213 §2.2), otherwise those of Cache-Control.
 *
 * @param directives the effective directives
 * @param targeted whether they come from CDN-Cache-Control, so that Expires and Pragma are ignored
 */
public record CachePolicy(Directives directives, boolean targeted) {
    static final String TARGETED = "CDN-Cache-Control";

    /** The policy in a response's fields. */
    public static CachePolicy of(Fields response) {
        Optional<Directives> targeted = response.joined(TARGETED)
                .flatMap(StructuredDictionary::parse)
                .filter(members -> !members.isEmpty())
                .flatMap(CachePolicy::directives);
        return targeted.map(directives -> new CachePolicy(directives, true))
                .orElseGet(() -> new CachePolicy(Directives.of(response), false));
    }

    /**
     * The directives in a structured dictionary; empty when a number is not an integer, because a field of the wrong
     * type is ignored as a whole. A flag with the value false counts as absent.
     */
    private static Optional<Directives> directives(Map<String, String> members) {
        List<Directives.Directive> directives = new ArrayList<>();
        for (Map.Entry<String, String> member : members.entrySet()) {
            String item = member.getValue();
            if (takesSeconds(member.getKey()) && !isInteger(item)) {
                return Optional.empty();
            }
            if (!item.equals("?0")) {
                boolean bare = item.equals("?1");
                directives.add(new Directives.Directive(member.getKey(), bare ? "" : CommaList.unquoted(item), !bare));
            }
        }
        return Optional.of(new Directives(directives));
    }

    private static boolean isInteger(String item) {
        return Scan.isMadeOf(item.startsWith("-") ? item.substring(1) : item, Scan::isDigit);
    }

    private static boolean takesSeconds(String name) {
        return name.equals("max-age")
                || name.equals("s-maxage")
                || name.equals("stale-while-revalidate")
                || name.equals("stale-if-error");
    }

    /** The lifetime in seconds from s-maxage or, if that is absent, from max-age; empty when both are absent. */
    public OptionalLong explicitSeconds() {
        OptionalLong shared = directives.seconds("s-maxage");
        return shared.isPresent() ? shared : directives.seconds("max-age");
    }

    /** Whether a stale response must not be used without validation, under any circumstances (RFC 9111 §4.2.4). */
    public boolean forbidsStale() {
        return directives.has("must-revalidate")
                || directives.has("proxy-revalidate")
                || directives.has("s-maxage")
                || directives.has("no-cache");
    }

    /** Whether every use requires validation (RFC 9111 §5.2.2.4): no-cache without an argument. */
    public boolean needsValidation() {
        return directives.hasBare("no-cache");
    }
}
