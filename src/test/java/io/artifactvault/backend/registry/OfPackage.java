package io.artifactvault.backend.registry;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.TokenRequest;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.http.Request;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What pages and files have in common: the token service, the caller, and what errors mean. */
abstract class OfPackage implements Resource {
    private static final Set<String> KEPT = Set.of("content-type", "cache-control", "etag");
    private static final String KEY = "Toy ";

    final RegistrySettings settings;
    final Request request;
    final String name;

    OfPackage(RegistrySettings settings, Request request, String name) {
        this.settings = settings;
        this.request = request;
        this.name = name;
    }

    /** Access is given by package, so that all of it is asked for with one token. */
    @Override
    public Optional<AccessScope> scope() {
        return Optional.of(
                new AccessScope(KeyBuilder.key(settings.name(), "package", name), key(), true, Duration.ofMinutes(5)));
    }

    /** {@code Authorization: Toy <key>/<session>}: the session changes with each login, the key is its owner's for good. */
    @Override
    public Optional<Credential> principal() {
        return request.credential().map(credential -> {
            String text = credential.reveal();
            int slash = text.indexOf('/');
            return text.startsWith(KEY) && slash > 0
                    ? Credential.ofAuthorization(text.substring(0, slash))
                    : credential;
        });
    }

    Upstream at(URI base, String path, Fields fields) {
        return new Upstream(
                URI.create(base + path),
                fields.with("Accept-Encoding", "identity"),
                request.credential(),
                0,
                PrivateTargets.ALL,
                new Upstream.Limits(settings.name(), "all", true, List.of()));
    }

    @Override
    public Verdict judge(List<UpstreamAnswer> chain) {
        UpstreamAnswer last = chain.getLast();
        Fields kept = last.fields().only(KEPT);
        Verdict.Final denied = new Verdict.Final(Verdict.Kind.DENIED, Fields.EMPTY, Optional.empty());
        return switch (last.status()) {
            case 200 -> content(last, kept);
            case 401 ->
                TokenRequest.of(last, settings.tokenHosts())
                        .<Verdict>map(wanted -> new Verdict.Challenge(wanted, denied))
                        .orElse(denied);
            case 403 -> denied;
            case 404 -> new Verdict.Final(Verdict.Kind.ABSENT, kept, Optional.empty());
            case 429, 500, 502, 503, 504 -> new Verdict.Final(Verdict.Kind.UNAVAILABLE, kept, Optional.empty());
            default -> new Verdict.Unexpected("a status that no registry has");
        };
    }

    abstract Verdict content(UpstreamAnswer answer, Fields kept);
}
