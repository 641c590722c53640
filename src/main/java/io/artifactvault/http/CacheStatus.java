package io.artifactvault.http;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How an answer came about (RFC 9211); the same words in header, log, metrics, dashboard and tests.
 *
 * @param hit answered from the store without asking upstream
 * @param forward why upstream was asked, empty on a hit
 * @param forwardStatus upstream's status code
 * @param ttlSeconds remaining freshness in seconds, negative when stale
 * @param stored whether this answer was put in the store
 * @param collapsed whether this request rode on another's fill
 * @param detail more, in a token or a short phrase
 */
public record CacheStatus(
        boolean hit,
        Optional<Forward> forward,
        OptionalInt forwardStatus,
        OptionalLong ttlSeconds,
        boolean stored,
        boolean collapsed,
        Optional<String> detail) {

    public static final String CACHE_NAME = "artifact-vault";

    /** The fwd values of RFC 9211 §2.2. */
    public enum Forward {
        BYPASS("bypass"),
        METHOD("method"),
        URI_MISS("uri-miss"),
        VARY_MISS("vary-miss"),
        MISS("miss"),
        REQUEST("request"),
        STALE("stale"),
        PARTIAL("partial");

        private final String token;

        Forward(String token) {
            this.token = token;
        }

        public String token() {
            return token;
        }
    }

    public static CacheStatus ofHit() {
        return new CacheStatus(
                true, Optional.empty(), OptionalInt.empty(), OptionalLong.empty(), false, false, Optional.empty());
    }

    public static CacheStatus forwarded(Forward why) {
        return new CacheStatus(
                false, Optional.of(why), OptionalInt.empty(), OptionalLong.empty(), false, false, Optional.empty());
    }

    public CacheStatus withForwardStatus(int status) {
        return new CacheStatus(hit, forward, OptionalInt.of(status), ttlSeconds, stored, collapsed, detail);
    }

    public CacheStatus withTtl(long seconds) {
        return new CacheStatus(hit, forward, forwardStatus, OptionalLong.of(seconds), stored, collapsed, detail);
    }

    public CacheStatus asStored() {
        return new CacheStatus(hit, forward, forwardStatus, ttlSeconds, true, collapsed, detail);
    }

    public CacheStatus asCollapsed() {
        return new CacheStatus(hit, forward, forwardStatus, ttlSeconds, stored, true, detail);
    }

    public CacheStatus withDetail(String text) {
        return new CacheStatus(hit, forward, forwardStatus, ttlSeconds, stored, collapsed, Optional.of(text));
    }

    /** The value of a Cache-Status field. */
    public String toField() {
        return CACHE_NAME;
    }

    /** The one word of X-Cache: HIT, MISS, REVALIDATED, STALE, PASS. */
    public String word() {
        return hit ? "HIT" : "MISS";
    }
}
