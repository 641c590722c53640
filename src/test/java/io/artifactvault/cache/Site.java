package io.artifactvault.cache;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.http.Request;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** A target at the rig's origin about which only HTTP's own rules are known. */
public record Site(Fields selecting) implements HttpResource {
    public static final Site PLAIN = new Site(Fields.EMPTY);

    /** Selected by the given fields of the request. */
    public static Site selectedBy(String... fields) {
        return new Site(Fields.of(fields));
    }

    @Override
    public String title() {
        return "site";
    }

    @Override
    public String key() {
        return keyOf(FillRig.UPSTREAM);
    }

    @Override
    public String keyOf(URI uri) {
        return "site " + uri;
    }

    @Override
    public Upstream upstream() {
        return new Upstream(FillRig.UPSTREAM, Fields.of("Accept", "*/*"), Optional.empty(), 0, PrivateTargets.ALL);
    }

    @Override
    public boolean followsRedirects() {
        return false;
    }

    @Override
    public Optional<Duration> defaultTtl() {
        return Optional.empty();
    }

    @Override
    public Duration negativeTtl() {
        return Duration.ofSeconds(10);
    }

    @Override
    public Duration staleIfError() {
        return Duration.ofMinutes(10);
    }

    @Override
    public Fields present(Fields answer, Request request) {
        return answer;
    }
}
