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
    /** Second labels below which country registries sell names: {@code example.co.uk}. */
    private static final Set<String> SOLD_BELOW =
            Set.of("ac", "co", "com", "edu", "go", "gov", "mil", "ne", "net", "or", "org");

    private static final int COUNTRY = 2;

    private TokenRealm() {}

    /**
     * The address to ask, with service and scope; empty when the registry names none that may be asked.
     *
     * @param registry who gave the challenge
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
     * The domain that somebody registered, as far as its form tells; empty for an address, for a name of one label, and where the
     * form leaves it open: such hosts have to be configured.
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

    /** Where the dot stands before that many labels at the end; -1 when there is none. */
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
