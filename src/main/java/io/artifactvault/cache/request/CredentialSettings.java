package io.artifactvault.cache.request;

import java.time.Duration;

/**
 * What the vault asks about credentials, and remembers of them.
 *
 * @param pause how long a credential counts as none after upstream could not say whether it accepts it
 * @param memory bytes for what upstream said of credentials
 * @param maxQuestions with credentials that upstream has never accepted, about what is stored and public, under way at once
 * @param maxRate of these per minute; 0 for any number
 * @param maxRatePerClient of these per minute for one client address; 0 for any number
 */
public record CredentialSettings(Duration pause, long memory, int maxQuestions, int maxRate, int maxRatePerClient) {
    public static CredentialSettings defaults() {
        return new CredentialSettings(Duration.ofSeconds(10), 16L << 20, 8, 60, 30);
    }
}
