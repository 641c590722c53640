package io.artifactvault.backend.oci;

import com.google.common.net.InetAddresses;
import com.google.common.net.InternetDomainName;
import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.TokenRequest;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.BearerChallenge;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Scan;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The common part of manifests, blobs and lists: the request, the token service, and what errors mean. */
abstract class RegistryResource implements Resource {
    static final String CONTENT_DIGEST = "Docker-Content-Digest";

    private static final Set<String> KEPT =
            Set.of("content-type", "docker-content-digest", "warning", "link", "oci-filters-applied", "retry-after");
    private static final int MOST_REDIRECTS = 5;
    private static final int MOST_DIGITS = 18;
    private static final String BASIC = "Basic ";

    /** User and password of no characters, with the colon between them. */
    private static final String EMPTY_LOGIN = "Og==";

    final Pull pull;
    final OciSettings settings;

    RegistryResource(Pull pull) {
        this.pull = pull;
        this.settings = pull.settings();
    }

    /** What the client asks for, in an error. */
    abstract String missing();

    abstract String unknownCode();

    abstract Verdict content(UpstreamAnswer last, Fields kept);

    /** Whether that status says that the registry does not have it. */
    boolean saysAbsent(int status) {
        return status == 404;
    }

    final String key(String... parts) {
        return KeyBuilder.key(settings.name(), pull.repository().text(), KeyBuilder.key(parts));
    }

    /** Access is given by repository; upstream must confirm each digest in it, because a digest is no secret. */
    final AccessScope access(String state, boolean fixed) {
        return new AccessScope(
                KeyBuilder.key(settings.name(), "repository", pull.repository().text()),
                state,
                fixed,
                settings.accessTtl());
    }

    /** The caller's own credential, or else the vault's. Some clients without a login send an empty one. */
    @Override
    public final Optional<Credential> credential() {
        return pull.request()
                .credential()
                .filter(credential -> !isEmpty(credential.reveal()))
                .or(settings::login);
    }

    /** The name of a scheme has no case (RFC 9110 §11.1). */
    private static boolean isEmpty(String credential) {
        return credential.regionMatches(true, 0, BASIC, 0, BASIC.length())
                && credential.substring(BASIC.length()).strip().equals(EMPTY_LOGIN);
    }

    /** @param budget the registry's limit that requests count against: it limits manifests, but seldom blobs */
    final Upstream at(String budget, String below, Fields fields) {
        return new Upstream(
                URI.create(settings.baseUrl() + OciSettings.ROOT + pull.repository() + below),
                fields.with("Accept-Encoding", "identity"),
                credential(),
                MOST_REDIRECTS,
                settings.privateRedirects(),
                new Upstream.Limits(
                        settings.name(),
                        budget,
                        true,
                        "",
                        List.of(),
                        settings.source().passingStall()));
    }

    @Override
    public final Verdict judge(List<UpstreamAnswer> chain) {
        UpstreamAnswer last = chain.getLast();
        Fields kept = last.fields().only(KEPT);
        Verdict.Final denied = new Verdict.Final(Verdict.Kind.DENIED, challenge(settings), Optional.empty());
        if (saysAbsent(last.status())) {
            return new Verdict.Final(Verdict.Kind.ABSENT, absent(), Optional.empty());
        }
        return switch (last.status()) {
            case 200 -> content(last, kept);
            case 401 ->
                TokenRequest.of(last, tokenHosts(last))
                        .<Verdict>map(wanted -> new Verdict.Challenge(wanted, denied))
                        .orElse(denied);
            case 403 ->
                new Verdict.Final(
                        Verdict.Kind.DENIED,
                        Fields.of(OciErrors.SENTENCE, "The registry refuses access to " + pull.repository() + "."),
                        Optional.empty());
            case 405, 429, 500, 501, 502, 503, 504 ->
                new Verdict.Final(Verdict.Kind.UNAVAILABLE, kept.only(Set.of("retry-after")), Optional.empty());
            default ->
                last.isRedirect()
                        ? new Verdict.Follow()
                        : new Verdict.Unexpected("status " + last.status() + ", which no registry sends for a pull");
        };
    }

    /** The fields of the response that there is nothing. */
    final Fields absent() {
        return OciErrors.fields(unknownCode(), "The registry " + settings.name() + " has no " + missing() + ".");
    }

    /** The vault's own challenge: clients send their login to the vault, which takes it to the registry. */
    static Fields challenge(OciSettings settings) {
        return Fields.of(
                "WWW-Authenticate",
                "Basic realm=\"" + settings.name() + "\"",
                OciErrors.SENTENCE,
                "The registry demands a login, or refuses this one.");
    }

    /** A token service in the registry's own domain may receive what the registry may receive. */
    private Set<String> tokenHosts(UpstreamAnswer last) {
        Set<String> hosts = new HashSet<>(settings.tokenHosts());
        BearerChallenge.of(last.fields())
                .flatMap(challenge -> host(challenge.realm()))
                .filter(this::isInOwnDomain)
                .ifPresent(hosts::add);
        return hosts;
    }

    private static Optional<String> host(String url) {
        try {
            URI uri = new URI(url);
            boolean usual = "https".equals(uri.getScheme()) && (uri.getPort() == -1 || uri.getPort() == 443);
            return usual
                    ? Optional.ofNullable(uri.getHost()).map(host -> host.toLowerCase(Locale.ROOT))
                    : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private boolean isInOwnDomain(String host) {
        Optional<InternetDomainName> own =
                domain(String.valueOf(settings.baseUrl().getHost()));
        return own.isPresent()
                && own.equals(domain(host))
                && "https".equals(settings.baseUrl().getScheme());
    }

    /** The domain that its owner registered; empty for addresses and for names without a public suffix. */
    private static Optional<InternetDomainName> domain(String host) {
        if (InetAddresses.isUriInetAddress(host) || !InternetDomainName.isValid(host)) {
            return Optional.empty();
        }
        InternetDomainName name = InternetDomainName.from(host);
        return name.isUnderPublicSuffix() ? Optional.of(name.topPrivateDomain()) : Optional.empty();
    }

    /** The digest that the registry states, if it is one by which content can be requested. */
    static Optional<Digest> stated(Fields response) {
        return response.first(CONTENT_DIGEST).flatMap(Digest::parse).filter(RegistryResource::isOfContent);
    }

    /** Git's object ids are no digests of a registry. */
    static boolean isOfContent(Digest digest) {
        return digest.algorithm() == Digest.Algorithm.SHA256 || digest.algorithm() == Digest.Algorithm.SHA512;
    }

    /** Whether a response comes from another address than the one that was requested. */
    final boolean isElsewhere(UpstreamAnswer last) {
        URI requested = upstream().uri();
        return !last.uri().getAuthority().equals(requested.getAuthority())
                || !last.uri().getRawPath().equals(requested.getRawPath());
    }

    static OptionalLong length(UpstreamAnswer last) {
        return last.fields().first("Content-Length").filter(text -> Scan.isNumber(text, MOST_DIGITS)).stream()
                .mapToLong(Long::parseLong)
                .findFirst();
    }

    static Facts facts(Fields fields, OptionalLong length, Optional<Digest> digest) {
        return new Facts(fields, length, digest, digest.map(Digest::toString));
    }

    @Override
    public final Duration negativeTtl() {
        return settings.negativeTtl();
    }

    /** A request on the side would not compare what the registry sends to others with what is stored. */
    @Override
    public final boolean differsByCaller() {
        return true;
    }

    @Override
    public final boolean rewritesErrors() {
        return true;
    }

    @Override
    public String toString() {
        return title();
    }
}
