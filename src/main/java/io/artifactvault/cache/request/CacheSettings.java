package io.artifactvault.cache.request;

import java.time.Duration;

/**
 * The engine.
 *
 * @param fills how much is done at once
 * @param staleIfError how old a stored answer may be when upstream fails
 * @param staleAfter how long upstream may take to answer where something stored may be served instead; zero for as long as it takes
 * @param segmentSize bytes that one of several streams of a fill fetches at once; smaller content is fetched whole
 * @param parallelSegments streams of one fill at most; 1 for never more than one
 * @param readAhead bytes fetched beyond what readers ask for who read on where they had stopped
 * @param maxClientRate requests per second that one client's misses may send upstream; 0 for any number
 * @param minRevalidateInterval how long after upstream confirmed a stored answer no client can make it be asked again
 * @param hitForMissTtl how long requests for a response that could not be stored go upstream without meeting others; 0 for never
 * @param confirmedNegativeTtl how long a stored error is fresh once upstream has confirmed it at a later second look
 * @param credentials what is asked about credentials, and remembered of them
 * @param offline whether upstream is never asked, and what is stored served whatever its age
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
                false);
    }

    /** These settings, to be changed one by one. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Names what differs from other settings. Confined to one thread. */
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
                    offline);
        }
    }
}
