package io.artifactvault.cache.upstream;

import io.artifactvault.http.Credential;
import java.time.Clock;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The tokens that are kept, in memory only, by names that contain no credential. The least recently used name is
 * dropped first. Guarded by this.
 */
final class TokenTable {
    private final int most;
    private final Clock clock;
    private final TokenLimit.Counts limits;
    private final Map<String, Token> tokens = new LinkedHashMap<>(16, 0.75f, true);

    TokenTable(int most, Clock clock, TokenLimit.Counts limits) {
        this.most = most;
        this.clock = clock;
        this.limits = limits;
    }

    synchronized Optional<Token> find(String name) {
        Token token = tokens.get(name);
        if (token != null && isOver(token, clock.instant())) {
            tokens.remove(name);
            return Optional.empty();
        }
        return Optional.ofNullable(token);
    }

    synchronized void keep(String name, Token token) {
        tokens.put(name, token);
        Instant now = clock.instant();
        Iterator<Token> oldest = tokens.values().iterator();
        while (tokens.size() > most) {
            if (!isOver(oldest.next(), now)) {
                limits.reached(TokenLimit.TOKENS);
            }
            oldest.remove();
        }
    }

    private static boolean isOver(Token token, Instant now) {
        return !now.isBefore(token.endsAt());
    }

    /** Forgets that token, but no other under its name. */
    synchronized void forget(String name, Credential rejected) {
        Token token = tokens.get(name);
        if (token != null && token.credential().equals(rejected)) {
            tokens.remove(name);
        }
    }

    /** Forgets that token under all its names. */
    synchronized void forget(Credential rejected) {
        tokens.values().removeIf(token -> token.credential().equals(rejected));
    }

    synchronized int size() {
        return tokens.size();
    }
}
