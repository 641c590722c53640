package io.artifactvault.cache.upstream;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The limits on tokens of registries, each of which is counted when it applies. */
public enum TokenLimit {
    /** A token that was still valid was dropped in favour of another. */
    TOKENS("max_registry_tokens"),
    /** A token service gave a lifetime longer than the limit. */
    LIFETIME("max_registry_token_ttl"),
    /** A token service took longer than the limit. */
    TIME("registry_token_timeout"),
    /** A token service's response was longer than the limit. */
    RESPONSE("max_registry_token_response"),
    /** A token was longer than the limit. */
    SIZE("max_registry_token_size"),
    /** A registry named a token service on a host that may not receive callers' credentials. */
    HOSTS("token_hosts");

    private final String setting;

    TokenLimit(String setting) {
        this.setting = setting;
    }

    /** The name of the setting. */
    public String setting() {
        return setting;
    }

    /** Counts how often each limit applied. Thread-safe. */
    static final class Counts {
        private final Map<TokenLimit, LongAdder> counts = new EnumMap<>(TokenLimit.class);

        Counts() {
            for (TokenLimit limit : values()) {
                counts.put(limit, new LongAdder());
            }
        }

        void reached(TokenLimit limit) {
            count(limit).increment();
        }

        long of(TokenLimit limit) {
            return count(limit).sum();
        }

        private LongAdder count(TokenLimit limit) {
            return counts.getOrDefault(limit, new LongAdder());
        }
    }
}
