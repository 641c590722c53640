package io.artifactvault.cache.upstream;

import io.artifactvault.backend.Cacheable;
import io.artifactvault.backend.TokenRequest;
import io.artifactvault.backend.Upstream;
import io.artifactvault.cache.request.Callers;
import io.artifactvault.cache.request.TokenSettings;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.OriginId;
import io.artifactvault.http.ReadyBody;
import io.artifactvault.http.RequestBody;
import io.artifactvault.origin.Cancellation;
import io.artifactvault.origin.Hop;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.RequestContext;
import io.artifactvault.origin.redirect.RedirectFollower;
import io.artifactvault.origin.redirect.RedirectFollower.Arrival;
import io.artifactvault.origin.redirect.RedirectPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the tokens that registries issue after a 401 with a realm, and keeps them by registry, scope and caller until
 * they expire.
 *
 * <p>A token's life: <em>fetched</em> with the caller's credential, once for all requests that need it at the same
 * time; <em>kept</em>, in memory only, within the caller's share; <em>used</em> with the next requests of the same
 * caller for the same scope, each of which is then sent only once; <em>dropped</em> when it expires or upstream rejects
 * it. Tokens are only sent upstream: no log line, error or file contains one. Called on tasks' threads, which may
 * block. Thread-safe.
 */
public final class TokenClient {
    private static final Logger log = LoggerFactory.getLogger(TokenClient.class);

    private static final Set<OriginFailure> TOO_SLOW =
            EnumSet.of(OriginFailure.HEAD_TIMEOUT, OriginFailure.BODY_STALLED);

    private final RedirectFollower follower;
    private final TokenSettings settings;
    private final Clock clock;
    private final Callers callers = new Callers();
    private final TokenLimit.Counts limits = new TokenLimit.Counts();
    private final TokenTable tokens;
    private final Map<String, CompletableFuture<Fetched>> fetches = new ConcurrentHashMap<>();

    /** The registries that have issued a token; at most as many as the operator's upstreams. */
    private final Set<OriginId> registries = ConcurrentHashMap.newKeySet();

    /** The registries whose token service may not receive credentials, which is logged once for each. */
    private final Set<OriginId> refused = ConcurrentHashMap.newKeySet();

    /**
     * The outcome of a request to a token service.
     *
     * @param token empty if the service refuses the caller
     * @param abandoned whether the client whose request fetched the token left; another request must fetch it
     */
    private record Fetched(Optional<Token> token, boolean abandoned) {
        static Fetched of(Optional<Token> token) {
            return new Fetched(token, false);
        }
    }

    public TokenClient(RedirectFollower follower, TokenSettings settings, Clock clock) {
        this.follower = follower;
        this.settings = settings;
        this.clock = clock;
        this.tokens = new TokenTable(settings.maxTokens(), clock, limits);
    }

    /** The number of tokens that are kept. */
    public int size() {
        return tokens.size();
    }

    /** How often the given limit has applied since startup. */
    public long reached(TokenLimit limit) {
        return limits.of(limit);
    }

    /**
     * One request of a caller to a registry, and the tokens for it. Computes no key for an origin that has never issued
     * a token. Confined to the task's thread.
     */
    final class Exchange {
        private final Cacheable resource;
        private final OriginRequest request;
        private Optional<Credential> known = Optional.empty();

        Exchange(Cacheable resource, OriginRequest request) {
            this.resource = resource;
            this.request = request;
        }

        /** The request with the token that an earlier request obtained, if there is one. */
        OriginRequest first() {
            if (!registries.isEmpty() && isForRegistry() && registries.contains(registry())) {
                known = tokens.find(ownName()).map(Token::credential);
            }
            return known.isPresent() ? request.withCredential(known) : request;
        }

        /**
         * The request with a token, if the registry has demanded one.
         *
         * @throws OriginException if the token service fails
         */
        Optional<OriginRequest> again(Arrival arrival) throws OriginException {
            Optional<TokenRequest> wanted = wanted(arrival.hops());
            boolean repeatable =
                    request.body().isEmpty() || resource.requestBody().isPresent();
            if (wanted.isEmpty() || !repeatable) {
                return Optional.empty();
            }
            String upstreamsName = name(
                    wanted.get().challenge().realm(),
                    wanted.get().challenge().service(),
                    wanted.get().challenge().scope());
            String ownName = ownName();
            known.ifPresent(rejected -> {
                tokens.forget(ownName, rejected);
                tokens.forget(upstreamsName, rejected);
            });
            Optional<Token> token = token(upstreamsName, wanted.get());
            token.ifPresent(_ -> tokens.lead(ownName, upstreamsName));
            return token.map(issued -> request.withCredential(Optional.of(issued.credential()))
                    .withBody(resource.requestBody().<RequestBody>map(ReadyBody::new)));
        }

        /** Drops a token that the registry rejected, because the next request could not use it either. */
        void ended(OriginRequest sent, Arrival arrival) {
            if (wanted(arrival.hops()).isPresent()) {
                sent.credential().ifPresent(tokens::forget);
            }
        }

        private Optional<TokenRequest> wanted(List<Hop> hops) {
            Hop last = hops.getLast();
            return last.status() == 401
                            && isForRegistry()
                            && OriginId.of(last.uri()).equals(registry())
                    ? resource.wantedToken(Hops.answers(hops))
                    : Optional.empty();
        }

        /**
         * Whether the request is sent to the registry itself. A direct request for a part may go to another host, which
         * must not receive the registry's tokens; and only the operator's configuration names registries, never an
         * address in a response.
         */
        private boolean isForRegistry() {
            return !resource.upstream().fromAnswer()
                    && OriginId.of(request.uri()).equals(registry());
        }

        private OriginId registry() {
            return OriginId.of(resource.upstream().uri());
        }

        /** The name under which the resource itself knows the scope, before upstream names it. */
        private String ownName() {
            return name("own", resource.tokenScope());
        }

        private String name(String... scope) {
            return hashed(KeyBuilder.key(registry().toString(), callerId(), KeyBuilder.key(scope)));
        }

        private String callerId() {
            return callers.of(caller()).id();
        }

        /**
         * The caller's own credential. It comes from the resource, because a request that continues an earlier one
         * carries that one's token.
         */
        private Optional<Credential> caller() {
            return request.credential().flatMap(_ -> resource.upstream().credential());
        }

        /** The token of that name: the kept one, or the one that this or a concurrent request fetches. */
        private Optional<Token> token(String name, TokenRequest wanted) throws OriginException {
            Fetched fetched;
            do {
                CompletableFuture<Fetched> mine = new CompletableFuture<>();
                CompletableFuture<Fetched> running = fetches.putIfAbsent(name, mine);
                fetched = running == null ? fetch(name, wanted, mine) : await(running);
            } while (fetched.abandoned());
            return fetched.token();
        }

        private Fetched fetch(String name, TokenRequest wanted, CompletableFuture<Fetched> result)
                throws OriginException {
            try {
                Optional<Token> kept = tokens.find(name);
                Fetched fetched = Fetched.of(kept.isPresent() ? kept : fetch(wanted));
                fetched.token().ifPresent(issued -> keep(name, issued));
                result.complete(fetched);
                return fetched;
            } catch (OriginException e) {
                if (e.failure() == OriginFailure.ABANDONED) {
                    result.complete(new Fetched(Optional.empty(), true));
                } else {
                    result.completeExceptionally(e);
                }
                throw e;
            } finally {
                fetches.remove(name, result);
                // This has an effect only if the fetch failed unexpectedly: other requests must not wait for ever.
                result.completeExceptionally(new IllegalStateException("a request for a token failed"));
            }
        }

        private Fetched await(CompletableFuture<Fetched> running) throws OriginException {
            String subject = registry().authority();
            Cancellation cancellation = RequestContext.current().cancellation();
            CompletableFuture<Fetched> mine = running.copy();
            try (Cancellation.Registration _ = cancellation.onCancel(() -> mine.cancel(false))) {
                return mine.get();
            } catch (CancellationException e) {
                cancellation.check(subject);
                throw new IllegalStateException("only the task cancels its wait", e);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof OriginException failure) {
                    throw failure;
                }
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new OriginException(OriginFailure.INTERRUPTED, subject, e);
            }
        }

        private void keep(String name, Token token) {
            registries.add(registry());
            tokens.keep(callerId(), name, token);
        }

        private Optional<Token> fetch(TokenRequest wanted) throws OriginException {
            Optional<URI> address = TokenRealm.address(wanted, registry());
            if (address.isEmpty()) {
                refuse(wanted);
                return Optional.empty();
            }
            Instant sentAt = clock.instant();
            RedirectPolicy redirects = new RedirectPolicy(0, resource.upstream().privateRedirects());
            try (Arrival arrival = follower.follow(tokenRequest(address.get()), redirects, _ -> false)) {
                return issued(arrival, sentAt);
            } catch (OriginException e) {
                if (TOO_SLOW.contains(e.failure())) {
                    limits.reached(TokenLimit.TIME);
                }
                throw e;
            }
        }

        private void refuse(TokenRequest wanted) {
            limits.reached(TokenLimit.HOSTS);
            if (refused.add(registry())) {
                log.warn("{} {}", registry(), TokenRealm.refusal(wanted, registry()));
            }
        }

        private OriginRequest tokenRequest(URI address) {
            Upstream upstream = resource.upstream();
            Upstream.Limits charged = upstream.limits();
            Fields fields = Fields.of("Accept", "application/json", "Accept-Encoding", "identity");
            return new OriginRequest("GET", address, fields, caller(), Optional.empty(), false)
                    .withPrivateTargets(
                            OriginId.of(address).equals(registry())
                                    ? request.privateTargets()
                                    : upstream.privateRedirects())
                    .on(charged.backend(), charged.budget(), charged.oneService(), List.of())
                    .answeringWithin(settings.timeout());
        }
    }

    /** A name of fixed length for a scope, whatever text upstream uses. */
    private static String hashed(String name) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The token that the service issued; empty if it refuses this caller. */
    private Optional<Token> issued(Arrival arrival, Instant sentAt) throws OriginException {
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
            return Optional.of(new TokenResponse(settings, limits).read(body(arrival.response()), sentAt));
        } catch (IOException e) {
            throw Hops.unexpected(arrival.last(), "no usable token");
        }
    }

    private byte[] body(OriginResponse response) throws OriginException, IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        response.expectPace();
        long end = System.nanoTime() + settings.timeout().toNanos();
        boolean more = true;
        while (more) {
            // A timeout of zero would mean that there is no limit.
            response.allowSilence(Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime())));
            more = response.next(bytes -> append(body, bytes));
            if (body.size() > settings.maxResponse()) {
                limits.reached(TokenLimit.RESPONSE);
                throw new IOException("the response is too long");
            }
            if (more && System.nanoTime() - end > 0) {
                limits.reached(TokenLimit.TIME);
                throw new IOException("the response takes too long");
            }
        }
        return body.toByteArray();
    }

    private static void append(ByteArrayOutputStream body, ByteBuffer bytes) {
        byte[] chunk = new byte[bytes.remaining()];
        bytes.get(chunk);
        body.writeBytes(chunk);
    }
}
