package io.artifactvault.testhub;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** What exists at the test Hub: repositories, other names for them, users. Safe for any thread. */
final class HubWorld {
    private final Map<String, HubRepository> repositories = new ConcurrentSkipListMap<>();
    private final Map<String, HubRepository> aliases = new ConcurrentHashMap<>();
    private final Map<String, HubUser> usersByToken = new ConcurrentHashMap<>();

    HubRepository repository(String type, String id) {
        return repositories.computeIfAbsent(type + "/" + id, _ -> new HubRepository(type, id));
    }

    void alias(HubRepository repository, String name) {
        aliases.put(repository.type() + "/" + name, repository);
    }

    void remove(HubRepository repository) {
        repositories.remove(repository.type() + "/" + repository.id());
    }

    HubUser user(String name, String token) {
        return usersByToken.computeIfAbsent(token, _ -> new HubUser(name, token));
    }

    /** The repository of that very name. */
    Optional<HubRepository> exact(String type, String id) {
        return Optional.ofNullable(repositories.get(type + "/" + id));
    }

    /** The repository that has that name as an alias, or in another case. */
    Optional<HubRepository> otherwise(String type, String id) {
        return Optional.ofNullable(aliases.get(type + "/" + id)).or(() -> inAnyCase(type + "/" + id));
    }

    List<HubRepository> ofType(String type) {
        return repositories.values().stream().filter(r -> r.type().equals(type)).toList();
    }

    List<HubRepository> all() {
        return List.copyOf(repositories.values());
    }

    /** Who sends that request; a refusal if its token is not valid. */
    Caller caller(OriginRequest request) {
        Optional<String> authorization = request.field("Authorization");
        if (authorization.isEmpty()) {
            return Caller.ANONYMOUS;
        }
        return authorization
                .flatMap(HubWorld::token)
                .flatMap(t -> Optional.ofNullable(usersByToken.get(t)))
                .filter(u -> !u.isRevoked())
                .map(u -> new Caller(Optional.of(u)))
                .orElseThrow(HubError.BAD_TOKEN::refusal);
    }

    private Optional<HubRepository> inAnyCase(String key) {
        return repositories.entrySet().stream()
                .filter(e -> e.getKey().equalsIgnoreCase(key))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** The token in a Bearer field, or the password in a Basic one, as git sends it. */
    private static Optional<String> token(String authorization) {
        String scheme = authorization.toLowerCase(Locale.ROOT);
        if (scheme.startsWith("bearer ")) {
            return Optional.of(authorization.substring(7).strip());
        }
        if (!scheme.startsWith("basic ")) {
            return Optional.empty();
        }
        String pair =
                new String(Base64.getDecoder().decode(authorization.substring(6).strip()), StandardCharsets.UTF_8);
        return Optional.of(pair.substring(pair.indexOf(':') + 1));
    }
}
