package io.artifactvault.testhub;

import java.time.Duration;

/** How the test Hub behaves where the real one has changed over time, or may be tuned. Set by tests, read by routes. */
public final class HubKnobs {
    volatile Delivery regularDelivery = Delivery.REDIRECT;
    volatile Delivery largeDelivery = Delivery.REDIRECT;
    volatile int largeRedirectStatus = 302;
    volatile int pageSize = 1000;
    volatile boolean gzip = true;
    volatile boolean gzipUnasked;
    volatile boolean xetHeaders = true;
    volatile boolean xetJson = true;
    volatile boolean linkedSizeOfRegular = false;
    volatile boolean linkedLayers = true;
    volatile String bucketHash = "";
    volatile String officialBase = "";
    volatile Duration signatureLife = Duration.ofHours(1);
    volatile int signatureUses = Integer.MAX_VALUE;

    HubKnobs() {}

    /** How a file is delivered. */
    public enum Delivery {
        /** As today: a redirect to the resolve cache, or to the CDN. */
        REDIRECT,
        /** By the answer to resolve itself, as before 2025. */
        DIRECT_200
    }

    public HubKnobs regularDelivery(Delivery delivery) {
        regularDelivery = delivery;
        return this;
    }

    public HubKnobs largeDelivery(Delivery delivery) {
        largeDelivery = delivery;
        return this;
    }

    /** 302, or 307 as for some clients. */
    public HubKnobs largeRedirectStatus(int status) {
        largeRedirectStatus = status;
        return this;
    }

    /** Entries per page of trees, commits and lists. */
    public HubKnobs pageSize(int entries) {
        pageSize = entries;
        return this;
    }

    /** Whether text is compressed for clients that accept gzip. */
    public HubKnobs gzip(boolean on) {
        gzip = on;
        return this;
    }

    /** Whether text is compressed for every client, also for one that asks for identity. */
    public HubKnobs gzipUnasked(boolean on) {
        gzipUnasked = on;
        return this;
    }

    /** Whether resolve answers carry the Xet signals. */
    public HubKnobs xetHeaders(boolean on) {
        xetHeaders = on;
        return this;
    }

    /** Whether trees carry Xet hashes. */
    public HubKnobs xetJson(boolean on) {
        xetJson = on;
        return this;
    }

    /** Whether the redirect of a regular file has X-Linked-Size. */
    public HubKnobs linkedSizeOfRegular(boolean on) {
        linkedSizeOfRegular = on;
        return this;
    }

    /** Whether the redirect of a registry's layer names its digest and length. */
    public HubKnobs linkedLayers(boolean on) {
        linkedLayers = on;
        return this;
    }

    /** The Xet hash that answers to {@code resolve} of a bucket name; none without it. */
    public HubKnobs bucketHash(String hash) {
        bucketHash = hash;
        return this;
    }

    /** The base of absolute links to the Hub in its answers; by default the address it listens on. */
    public HubKnobs officialBase(String base) {
        officialBase = base;
        return this;
    }

    /** How long signed addresses are valid. */
    public HubKnobs signatureLife(Duration life) {
        signatureLife = life;
        return this;
    }

    /** How many GETs a signed address is good for. */
    public HubKnobs signatureUses(int uses) {
        signatureUses = uses;
        return this;
    }
}
