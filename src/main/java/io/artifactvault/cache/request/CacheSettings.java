package io.artifactvault.cache.request;

import java.time.Duration;

/**
 * Settings of the engine.
 *
 * @param fills limits on concurrent work
 * @param staleIfError how long after its lifetime a stored response may be served while upstream fails
 * @param staleAfter how long to wait for upstream before a stored response is served, if one may be; zero for no limit
 * @param segmentSize bytes that each of several streams of a fill fetches per request; smaller content is fetched as a
 *     whole
 * @param parallelSegments maximum number of streams of one fill; 1 for a single stream
 * @param readAhead bytes to fetch beyond the requested range for readers that continue where they stopped
 * @param maxClientRate requests per second that one client may cause upstream; 0 for no limit
 * @param minRevalidateInterval the minimum time between two revalidations of a stored response, whatever clients demand
 * @param hitForMissTtl how long requests are not collapsed after a response could not be stored; 0 for never
 * @param confirmedNegativeTtl how long a stored error is fresh after upstream has repeated it on a later request
 * @param credentials limits on checking and remembering credentials
 * @param tokens limits on the tokens that registries issue
 * @param offline whether upstream is never contacted and stored responses are served regardless of their age
 */
public record CacheSettings(
        FillSettings fills,
        Duration staleIfError,
        Duration staleAfter,
        long segmentSize,
        int parallelSegments,
        long readAhead,
        int maxClientRate,
        Duration minRevalidateInterval,
        Duration hitForMissTtl,
        Duration confirmedNegativeTtl,
        CredentialSettings credentials,
        TokenSettings tokens,
        boolean offline) {
    public static CacheSettings defaults() {
        return new CacheSettings(
                FillSettings.defaults(),
                Duration.ofDays(30),
                Duration.ofSeconds(3),
                8L << 20,
                8,
                8L << 20,
                100,
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                Duration.ofMinutes(10),
                CredentialSettings.defaults(),
                TokenSettings.defaults(),
                false);
    }

    /** A builder with these settings as its initial values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Changes some of the settings. Confined to one thread. */
    public static final class Builder {
        private final CacheSettings usual;
        private FillSettings fills;
        private Duration staleIfError;
        private Duration staleAfter;
        private int parallelSegments;
        private int maxClientRate;
        private CredentialSettings credentials;
        private boolean offline;

        private Builder(CacheSettings usual) {
            this.usual = usual;
            this.fills = usual.fills;
            this.staleIfError = usual.staleIfError;
            this.staleAfter = usual.staleAfter;
            this.parallelSegments = usual.parallelSegments;
            this.maxClientRate = usual.maxClientRate;
            this.credentials = usual.credentials;
            this.offline = usual.offline;
        }

        public Builder fills(FillSettings bounds) {
            this.fills = bounds;
            return this;
        }

        public Builder staleIfError(Duration most) {
            this.staleIfError = most;
            return this;
        }

        public Builder staleAfter(Duration most) {
            this.staleAfter = most;
            return this;
        }

        public Builder parallelSegments(int most) {
            this.parallelSegments = most;
            return this;
        }

        public Builder maxClientRate(int perSecond) {
            this.maxClientRate = perSecond;
            return this;
        }

        public Builder credentials(CredentialSettings bounds) {
            this.credentials = bounds;
            return this;
        }

        public Builder offline(boolean never) {
            this.offline = never;
            return this;
        }

        public CacheSettings build() {
            return new CacheSettings(
                    fills,
                    staleIfError,
                    staleAfter,
                    usual.segmentSize,
                    parallelSegments,
                    usual.readAhead,
                    maxClientRate,
                    usual.minRevalidateInterval,
                    usual.hitForMissTtl,
                    usual.confirmedNegativeTtl,
                    credentials,
                    usual.tokens,
                    offline);
        }
    }
}
