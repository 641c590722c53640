package io.artifactvault.http;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.StringJoiner;

/**
 * How a response was produced (RFC 9211); header, log, metrics, dashboard and tests use the same words.
 *
 * @param hit served from the store without a request to upstream
 * @param forward why the request was forwarded to upstream, empty on a hit
 * @param forwardStatus upstream's status code
 * @param ttlSeconds remaining freshness in seconds, negative when stale
 * @param stored whether this response was stored
 * @param collapsed whether this request was collapsed into another request's fill
 * @param detail further detail, as a token or a short phrase
 */
public record CacheStatus(
        boolean hit,
        Optional<Forward> forward,
        OptionalInt forwardStatus,
        OptionalLong ttlSeconds,
        boolean stored,
        boolean collapsed,
        Optional<String> detail) {

    /** The name of this cache in the field. */
    public static final String CACHE_NAME = "artifact-vault";

    /** The {@link #detail} of a response that upstream confirmed by other means than a 304. */
    public static final String REVALIDATED = "revalidated";

    /** An sf-integer has at most fifteen digits (RFC 9651 §3.3.1). */
    private static final long LARGEST_INTEGER = 999_999_999_999_999L;

    /** @throws IllegalArgumentException when a hit was also forwarded (RFC 9211 §2.2) */
    public CacheStatus {
        if (hit && forward.isPresent()) {
            throw new IllegalArgumentException("a hit is not forwarded");
        }
    }

    /** The fwd values of RFC 9211 §2.2. */
    public enum Forward {
        /** The cache was configured not to handle the request. */
        BYPASS("bypass"),
        /** The method's semantics require forwarding. */
        METHOD("method"),
        /** Nothing is stored for the URI. */
        URI_MISS("uri-miss"),
        /** A response is stored for the URI, but for other request fields. */
        VARY_MISS("vary-miss"),
        /** No stored response can be used, and it is not known which of the two above is the reason. */
        MISS("miss"),
        /** A stored response could be used, but the request's own fields forbid it. */
        REQUEST("request"),
        /** The stored response is no longer fresh. */
        STALE("stale"),
        /** Only a part of the requested content is stored. */
        PARTIAL("partial");

        private final String token;

        Forward(String token) {
            this.token = token;
        }

        /** The token in the field. */
        public String token() {
            return token;
        }
    }

    /**
     * The words of X-Cache, the access log and the metrics: where a response came from. The table in docs/api.md lists
     * the same words.
     */
    public enum Word {
        /** Served from the store, fresh; the request was not forwarded to upstream. */
        HIT,
        /** Served from the store, stale, because upstream does not respond or is contacted in the background. */
        STALE,
        /** The stored response was revalidated with upstream; all bytes come from the store. */
        REVALIDATED,
        /** Served from another request's fetch that was in progress. */
        JOINED,
        /** Fetched from upstream; bytes that were already stored may be included. */
        MISS,
        /** Passed through without involving the cache. */
        PASS,
        /** The vault's own response. */
        LOCAL
    }

    /** Served from the store. */
    public static CacheStatus ofHit() {
        return new CacheStatus(
                true, Optional.empty(), OptionalInt.empty(), OptionalLong.empty(), false, false, Optional.empty());
    }

    /** The vault's own response: neither looked up nor forwarded. */
    public static CacheStatus local() {
        return new CacheStatus(
                false, Optional.empty(), OptionalInt.empty(), OptionalLong.empty(), false, false, Optional.of("local"));
    }

    /** Forwarded to upstream, for the given reason. */
    public static CacheStatus forwarded(Forward why) {
        return new CacheStatus(
                false, Optional.of(why), OptionalInt.empty(), OptionalLong.empty(), false, false, Optional.empty());
    }

    /** A copy with another reason for forwarding. */
    public CacheStatus withForward(Forward why) {
        return new CacheStatus(hit, Optional.of(why), forwardStatus, ttlSeconds, stored, collapsed, detail);
    }

    /** A copy with upstream's status code. */
    public CacheStatus withForwardStatus(int status) {
        return new CacheStatus(hit, forward, OptionalInt.of(status), ttlSeconds, stored, collapsed, detail);
    }

    /** A copy with the remaining freshness in seconds, negative when stale. */
    public CacheStatus withTtl(long seconds) {
        return new CacheStatus(hit, forward, forwardStatus, OptionalLong.of(seconds), stored, collapsed, detail);
    }

    /** A copy that is marked as stored. */
    public CacheStatus asStored() {
        return new CacheStatus(hit, forward, forwardStatus, ttlSeconds, true, collapsed, detail);
    }

    /** A copy that is marked as collapsed into another request's fill. */
    public CacheStatus asCollapsed() {
        return new CacheStatus(hit, forward, forwardStatus, ttlSeconds, stored, true, detail);
    }

    /**
     * A copy for content of which the requested range is not completely stored, so that a fill brings it from upstream.
     *
     * @param why {@link Forward#URI_MISS} if no part of the content is stored, {@link Forward#PARTIAL} if some is
     * @param joined whether it comes from another request's fill
     */
    public CacheStatus fromFill(Forward why, boolean joined) {
        if (!hit && !isRevalidated()) {
            return this;
        }
        Optional<String> told = detail.filter(text -> !text.equals(REVALIDATED));
        return new CacheStatus(false, Optional.of(why), forwardStatus, ttlSeconds, stored, collapsed || joined, told);
    }

    /** A copy with a detail; characters other than printable ASCII are replaced by question marks. */
    public CacheStatus withDetail(String text) {
        return new CacheStatus(hit, forward, forwardStatus, ttlSeconds, stored, collapsed, Optional.of(text));
    }

    /** The value of a Cache-Status field: an item with parameters (RFC 9211 §2, RFC 9651 §3.3). */
    public String toField() {
        StringJoiner field = new StringJoiner("; ").add(CACHE_NAME);
        if (hit) {
            field.add("hit");
        }
        forward.ifPresent(why -> field.add("fwd=" + why.token()));
        forwardStatus.ifPresent(status -> field.add("fwd-status=" + status));
        ttlSeconds.ifPresent(seconds -> field.add("ttl=" + Math.clamp(seconds, -LARGEST_INTEGER, LARGEST_INTEGER)));
        if (stored) {
            field.add("stored");
        }
        if (collapsed) {
            field.add("collapsed");
        }
        detail.ifPresent(text -> field.add("detail=" + tokenOrString(text)));
        return field.toString();
    }

    /** The single word for X-Cache. */
    public String word() {
        return source().name();
    }

    /** The source of the response. */
    public Word source() {
        if (hit) {
            return ttlSeconds.orElse(0) < 0 ? Word.STALE : Word.HIT;
        }
        return forward.map(this::source).orElse(Word.LOCAL);
    }

    private Word source(Forward why) {
        Word asked = collapsed ? Word.JOINED : Word.MISS;
        return switch (why) {
            case BYPASS, METHOD -> Word.PASS;
            case STALE, REQUEST -> isRevalidated() ? Word.REVALIDATED : asked;
            case URI_MISS, VARY_MISS, MISS, PARTIAL -> asked;
        };
    }

    private boolean isRevalidated() {
        return forwardStatus.orElse(0) == 304
                || detail.filter(REVALIDATED::equals).isPresent();
    }

    /** sf-token (RFC 9651 §3.3.4). */
    private static boolean isToken(String text) {
        return Scan.isMadeOf(text, c -> Scan.isTokenCharacter(c) || c == ':' || c == '/')
                && (Scan.isLetter(text.charAt(0)) || text.charAt(0) == '*');
    }

    private static String tokenOrString(String text) {
        if (isToken(text)) {
            return text;
        }
        // An sf-string contains only printable ASCII (RFC 9651 §3.3.3).
        String ascii = Scan.masked(text, Scan::isPrintable);
        return '"' + ascii.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
