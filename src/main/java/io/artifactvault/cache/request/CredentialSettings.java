package io.artifactvault.cache.request;

import java.time.Duration;

/**
 * Limits on checking and remembering credentials.
 *
 * @param pause how long a client counts as anonymous after upstream could not decide whether it accepts it
 * @param memory bytes for upstream's decisions about credentials
 * @param maxQuestions concurrent requests for stored public content with credentials that upstream has never accepted
 * @param maxRate such requests per minute; 0 for no limit
 * @param maxRatePerClient such requests per minute for one client address; 0 for no limit
 */
public record CredentialSettings(Duration pause, long memory, int maxQuestions, int maxRate, int maxRatePerClient) {
    public static CredentialSettings defaults() {
        return new CredentialSettings(Duration.ofSeconds(10), 16L << 20, 8, 60, 30);
    }
}
