package io.artifactvault.cache;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.http.Request;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** A resource of which only the operator's patience matters. */
public record FakeHttpResource(Duration staleIfError, String key, boolean followsRedirects) implements HttpResource {
    public FakeHttpResource(Duration staleIfError) {
        this(staleIfError, "fake", false);
    }

    public FakeHttpResource keyed(String other) {
        return new FakeHttpResource(staleIfError, other, followsRedirects);
    }

    public FakeHttpResource following() {
        return new FakeHttpResource(staleIfError, key, true);
    }

    @Override
    public String title() {
        return "fake";
    }

    @Override
    public String keyOf(URI uri) {
        return "fake " + uri;
    }

    @Override
    public Fields selecting() {
        return Fields.EMPTY;
    }

    @Override
    public Upstream upstream() {
        return new Upstream(URI.create("http://127.0.0.1/"), Fields.EMPTY, Optional.empty(), 0, PrivateTargets.NONE);
    }

    @Override
    public Optional<Duration> defaultTtl() {
        return Optional.empty();
    }

    @Override
    public Fields present(Fields answer, Request request) {
        return answer;
    }

    @Override
    public Duration negativeTtl() {
        return Duration.ofSeconds(30);
    }
}
