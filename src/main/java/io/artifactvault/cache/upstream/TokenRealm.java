package io.artifactvault.cache.upstream;

import io.artifactvault.backend.TokenRequest;
import io.artifactvault.http.BearerChallenge;
import io.artifactvault.http.OriginId;
import io.artifactvault.http.Scan;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/** Where to request a token, and whether that host may receive a caller's credential. Pure. */
final class TokenRealm {
    /** Second-level labels below which country registries sell names: {@code example.co.uk}. */
    private static final Set<String> SOLD_BELOW =
            Set.of("ac", "co", "com", "edu", "go", "gov", "mil", "ne", "net", "or", "org");

    private static final int COUNTRY = 2;

    private TokenRealm() {}

    /**
     * The URL to request, with service and scope; empty if the registry names none that is permitted.
     *
     * @param registry the origin that sent the challenge
     */
    static Optional<URI> address(TokenRequest request, OriginId registry) {
        try {
            URI realm = new URI(request.challenge().realm());
            OriginId origin = OriginId.of(realm);
            boolean safe = origin.isTls() || !registry.isTls();
            return safe && realm.getRawFragment() == null && mayAsk(origin.host(), registry.host(), request.hosts())
                    ? Optional.of(URI.create(realm + question(realm, request.challenge())))
                    : Optional.empty();
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String question(URI realm, BearerChallenge challenge) {
        String joined = realm.getRawQuery() == null ? "?" : "&";
        String service = challenge.service().isEmpty() ? "" : "service=" + encoded(challenge.service());
        String scope = challenge.scope().isEmpty() ? "" : "scope=" + encoded(challenge.scope());
        String both = service.isEmpty() || scope.isEmpty() ? service + scope : service + "&" + scope;
        return both.isEmpty() ? "" : joined + both;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static boolean mayAsk(String host, String registry, Set<String> others) {
        Optional<String> domain = domain(host);
        return host.equals(registry)
                || others.contains(host)
                || (domain.isPresent() && domain.equals(domain(registry)));
    }

    /**
     * The registrable domain, as far as its form shows it; empty for an address, for a name of one label, and for
     * ambiguous forms: such hosts must be configured.
     */
    static Optional<String> domain(String host) {
        String last = host.substring(host.lastIndexOf('.') + 1);
        boolean address = host.contains(":") || Scan.isMadeOf(last, Scan::isDigit);
        if (address || host.startsWith(".") || host.endsWith(".") || host.contains("..")) {
            return Optional.empty();
        }
        int dot = lastDots(host, 2);
        String second = label(host, dot);
        boolean soldBelow = last.length() == COUNTRY && SOLD_BELOW.contains(second);
        int wanted = soldBelow ? 3 : 2;
        int labels = 1 + (int) host.chars().filter(c -> c == '.').count();
        return labels < wanted ? Optional.empty() : Optional.of(host.substring(lastDots(host, wanted) + 1));
    }

    /** The index of the dot before that many labels at the end; -1 if there is none. */
    private static int lastDots(String host, int labels) {
        int dot = host.length();
        for (int i = 0; i < labels && dot >= 0; i++) {
            dot = host.lastIndexOf('.', dot - 1);
        }
        return dot;
    }

    private static String label(String host, int dot) {
        int end = host.indexOf('.', dot + 1);
        return host.substring(dot + 1, end < 0 ? host.length() : end);
    }
}
