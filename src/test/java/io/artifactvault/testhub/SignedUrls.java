package io.artifactvault.testhub;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The signed, expiring addresses of the CDN. Safe for any thread. */
final class SignedUrls {
    private final Map<String, Grant> grants = new ConcurrentHashMap<>();
    private final AtomicInteger sequence = new AtomicInteger();
    private final HubKnobs knobs;

    SignedUrls(HubKnobs knobs) {
        this.knobs = knobs;
    }

    /** What one signature allows. */
    record Grant(String path, HubFile file, String disposition, Instant expires, AtomicInteger usesLeft) {
        boolean isGoodFor(String rawPath, Instant now) {
            return path.equals(rawPath) && now.isBefore(expires);
        }
    }

    /** Path and query, signed, for a file. */
    String sign(HubRepository repository, HubFile file, String disposition) {
        Instant expires = Instant.now().plus(knobs.signatureLife);
        String path = "/xet-bridge-us/" + repository.internalId() + "/" + file.cdnTag();
        String signature = Digests.hex("SHA-256", path + sequence.incrementAndGet());
        grants.put(signature, new Grant(path, file, disposition, expires, new AtomicInteger(knobs.signatureUses)));
        return path + "?X-Xet-Cas-Uid=public&response-content-disposition=" + Percent.encode(disposition) + "&Expires="
                + expires.getEpochSecond() + "&Policy=" + Percent.encode(signature.substring(0, 16) + "==")
                + "&Signature=" + signature + "&Key-Pair-Id=TESTHUB";
    }

    /** The grant a CDN request is made under; empty if its signature is unknown, expired or used up. */
    Optional<Grant> claim(OriginRequest request) {
        return Query.parse(request.query())
                .first("Signature")
                .flatMap(s -> Optional.ofNullable(grants.get(s)))
                .filter(g -> g.isGoodFor(request.path(), Instant.now()))
                .filter(g -> request.isHead() || g.usesLeft().getAndDecrement() > 0);
    }

    /** Makes all addresses given out so far invalid. */
    void expireAll() {
        grants.clear();
    }
}
