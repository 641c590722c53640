package io.artifactvault.cache.request;

import java.time.Duration;

/**
 * Limits on the tokens that registries issue.
 *
 * @param maxTokens the number of tokens that are kept; a long one counts as several
 * @param ttl lifetime of a token if the token service gives none
 * @param maxTtl maximum lifetime, even if the token service gives a longer one; it limits how long a caller whose
 *     rights were revoked keeps access
 * @param margin how long before its end a token is no longer used, so that it does not expire while a request is in
 *     progress
 * @param timeout for the head of the token service's response, and again for its body
 * @param maxResponse bytes of that response
 * @param maxSize characters of one token
 */
public record TokenSettings(
        int maxTokens, Duration ttl, Duration maxTtl, Duration margin, Duration timeout, int maxResponse, int maxSize) {
    public static TokenSettings defaults() {
        return new TokenSettings(
                1_000,
                Duration.ofSeconds(60),
                Duration.ofHours(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                64 << 10,
                16 << 10);
    }
}
