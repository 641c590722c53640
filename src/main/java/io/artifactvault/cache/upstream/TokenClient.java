package io.artifactvault.cache.upstream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.artifactvault.backend.Cacheable;
import io.artifactvault.backend.TokenRequest;
import io.artifactvault.backend.Upstream;
import io.artifactvault.cache.request.Callers;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.OriginId;
import io.artifactvault.http.RequestBody;
import io.artifactvault.http.Scan;
import io.artifactvault.origin.Hop;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.redirect.RedirectFollower;
import io.artifactvault.origin.redirect.RedirectFollower.Arrival;
import io.artifactvault.origin.redirect.RedirectPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the tokens that registries issue after a 401 with a realm, and keeps them by registry, scope and caller until
 * they expire.
 *
 * <p>A token's life: <em>fetched</em> with the caller's credential; <em>kept</em>, in memory only and at most
 * {@value #MOST} of them, the least recently used being dropped first; <em>used</em> with the next requests of the same
 * caller for the same scope, each of which is then sent only once; <em>over</em> when it expires or upstream rejects
 * it. Tokens are only sent upstream: no log line, error or file contains one. Called on tasks' threads, which may
 * block. Guarded by this.
 */
public final class TokenClient {
    private static final Logger log = LoggerFactory.getLogger(TokenClient.class);

    static final int MOST = 1_000;

    private static final int LONGEST_ANSWER = 64 * 1024;
    private static final int LONGEST_TOKEN = 16 * 1024;

    /** The lifetime of a token if the token service gives none. */
    private static final Duration USUAL_LIFE = Duration.ofSeconds(60);

    /**
     * After this time, a caller whose rights were revoked is detected, regardless of the lifetime that the token
     * service gives.
     */
    private static final Duration LONGEST_LIFE = Duration.ofHours(1);

    /** A token must not expire while its request is in progress. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    private static final JsonFactory JSON = new JsonFactory();

    private final RedirectFollower follower;
    private final Clock clock;
    private final Callers callers = new Callers();
    private final Map<String, Token> tokens = new LinkedHashMap<>(16, 0.75f, true);

    record Token(Credential credential, Instant endsAt) {}

    public TokenClient(RedirectFollower follower, Clock clock) {
        this.follower = follower;
        this.clock = clock;
    }

    /** One request of a caller to a registry, and the keys of its tokens. */
    final class Asking {
        private final Cacheable resource;
        private final Upstream upstream;
        private final OriginRequest request;
        private final Optional<Credential> caller;
        private final OriginId registry;
        private final String place;
        private final Optional<Credential> known;

        Asking(Cacheable resource, OriginRequest request) {
            this.resource = resource;
            this.upstream = resource.upstream();
            this.request = request;
            // A request that continues an earlier one carries that one's token.
            this.caller = request.credential().flatMap(_ -> upstream.credential());
            this.registry = OriginId.of(upstream.uri());
            this.place = key("place", resource.tokenScope());
            this.known = isForRegistry() ? find(place) : Optional.empty();
        }

        /**
         * A direct request for a part may go to another host, which issues no tokens for this registry and receives
         * none.
         */
        private boolean isForRegistry() {
            return OriginId.of(request.uri()).equals(registry);
        }

        /** The request with the token that an earlier request obtained. */
        OriginRequest first() {
            return known.isPresent() ? request.withCredential(known) : request;
        }

        /**
         * The request with a token, if the registry demands one.
         *
         * @throws OriginException if the token service fails
         */
        Optional<OriginRequest> again(Arrival answered) throws OriginException {
            Optional<TokenRequest> wanted = wanted(answered.hops());
            boolean repeatable = request.body().isEmpty() || resource.question().isPresent();
            if (wanted.isEmpty() || !repeatable) {
                return Optional.empty();
            }
            String scope = key(
                    wanted.get().challenge().realm(),
                    wanted.get().challenge().service(),
                    wanted.get().challenge().scope());
            if (known.isPresent()) {
                forget(place, known.get());
                forget(scope, known.get());
            }
            Optional<Token> token = held(scope);
            if (token.isEmpty()) {
                token = fetch(wanted.get());
            }
            token.ifPresent(given -> keep(place, scope, given));
            return token.map(given -> request.withCredential(Optional.of(given.credential()))
                    .withBody(resource.question().map(RequestBody::of)));
        }

        /** The token was rejected immediately: it is useless for the next request too. */
        void refused(OriginRequest asked, Arrival answered) {
            if (wanted(answered.hops()).isPresent()) {
                asked.credential().ifPresent(TokenClient.this::forget);
            }
        }

        private Optional<TokenRequest> wanted(List<Hop> hops) {
            Hop last = hops.getLast();
            if (last.status() != 401
                    || !isForRegistry()
                    || !OriginId.of(last.uri()).equals(registry)) {
                return Optional.empty();
            }
            return resource.wantedToken(Hops.answers(hops));
        }

        private Optional<Token> fetch(TokenRequest wanted) throws OriginException {
            Optional<URI> address = TokenRealm.address(wanted, registry);
            if (address.isEmpty()) {
                log.warn(
                        "{} names a token endpoint that may not see credentials; to allow it, add its host to the"
                                + " settings of the backend.",
                        registry);
                return Optional.empty();
            }
            Upstream.Account account = upstream.account();
            OriginRequest question = new OriginRequest(
                            "GET",
                            address.get(),
                            Fields.of("Accept", "application/json", "Accept-Encoding", "identity"),
                            caller,
                            Optional.empty(),
                            false)
                    .withPrivateTargets(
                            OriginId.of(address.get()).equals(registry)
                                    ? request.privateTargets()
                                    : upstream.privateRedirects())
                    .on(account.backend(), account.budget(), account.oneService(), List.of());
            Instant askedAt = clock.instant();
            try (Arrival arrival =
                    follower.follow(question, new RedirectPolicy(0, upstream.privateRedirects()), _ -> false)) {
                return token(arrival, askedAt);
            }
        }

        private String key(String... scope) {
            return KeyBuilder.key(registry.toString(), callers.of(caller).id(), KeyBuilder.key(scope));
        }
    }

    /** Empty if the token service refuses this caller. */
    private static Optional<Token> token(Arrival arrival, Instant askedAt) throws OriginException {
        int status = arrival.last().status();
        if (status == 429 || status >= 500) {
            throw new OriginException(
                    OriginFailure.UNAVAILABLE,
                    String.valueOf(arrival.last().uri().getHost()));
        }
        if (status != 200) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(body(arrival), askedAt));
        } catch (IOException e) {
            throw Hops.unexpected(arrival.last(), "the response has no usable token");
        }
    }

    private static byte[] body(Arrival arrival) throws OriginException, IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        arrival.response().expectPace();
        boolean more = true;
        while (more) {
            more = arrival.response().next(bytes -> append(body, bytes));
            if (body.size() > LONGEST_ANSWER) {
                throw new IOException("the response is too long");
            }
        }
        return body.toByteArray();
    }

    private static void append(ByteArrayOutputStream body, ByteBuffer bytes) {
        byte[] chunk = new byte[bytes.remaining()];
        bytes.get(chunk);
        body.writeBytes(chunk);
    }

    /** {@code token} or {@code access_token}, and {@code expires_in} in seconds from the time of the request. */
    private static Token read(byte[] json, Instant askedAt) throws IOException {
        String token = "";
        Duration life = USUAL_LIFE;
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value.isStructStart()) {
                    parser.skipChildren();
                } else if (name.equals("token") || (name.equals("access_token") && token.isEmpty())) {
                    token = parser.getText();
                } else if (name.equals("expires_in")) {
                    life = Duration.ofSeconds(Math.clamp(parser.getValueAsLong(), 0, LONGEST_LIFE.toSeconds()));
                }
            }
        }
        boolean usable = token.length() <= LONGEST_TOKEN && Scan.isMadeOf(token, c -> c > ' ' && c < 0x7f);
        if (!usable) {
            throw new IOException("no token");
        }
        return new Token(Credential.bearer(token), askedAt.plus(life).minus(MARGIN));
    }

    private synchronized Optional<Token> held(String key) {
        Token token = tokens.get(key);
        if (token != null && !clock.instant().isBefore(token.endsAt())) {
            tokens.remove(key);
            return Optional.empty();
        }
        return Optional.ofNullable(token);
    }

    private Optional<Credential> find(String key) {
        return held(key).map(Token::credential);
    }

    /**
     * Under both upstream's name for the scope and the resource's own, under which the next request finds it
     * immediately.
     */
    synchronized void keep(String place, String scope, Token token) {
        tokens.put(scope, token);
        tokens.put(place, token);
        var oldest = tokens.keySet().iterator();
        while (tokens.size() > MOST) {
            oldest.next();
            oldest.remove();
        }
    }

    private synchronized void forget(String key, Credential refused) {
        Token token = tokens.get(key);
        if (token != null && token.credential().equals(refused)) {
            tokens.remove(key);
        }
    }

    private synchronized void forget(Credential refused) {
        tokens.values().removeIf(token -> token.credential().equals(refused));
    }

    /** The number of keys under which tokens are kept. */
    synchronized int size() {
        return tokens.size();
    }
}
