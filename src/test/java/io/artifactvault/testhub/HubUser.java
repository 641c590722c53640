package io.artifactvault.testhub;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A user of the test Hub with one token and the repositories it may read. Safe for any thread. */
public final class HubUser {
    private final String name;
    private final String token;
    private final Set<String> granted = ConcurrentHashMap.newKeySet();
    private volatile boolean revoked;

    HubUser(String name, String token) {
        this.name = name;
        this.token = token;
    }

    public String name() {
        return name;
    }

    public String token() {
        return token;
    }

    /** The value of an Authorization field with this user's token. */
    public String bearer() {
        return "Bearer " + token;
    }

    /** Lets the user read the files of a gated or private repository. */
    public HubUser grant(HubRepository repository) {
        granted.add(key(repository));
        return this;
    }

    /** Takes the right back. */
    public HubUser withdraw(HubRepository repository) {
        granted.remove(key(repository));
        return this;
    }

    /** Makes the token invalid. */
    public void revokeToken() {
        revoked = true;
    }

    /** Makes the token valid again. */
    public void restoreToken() {
        revoked = false;
    }

    boolean isRevoked() {
        return revoked;
    }

    boolean isGranted(HubRepository repository) {
        return granted.contains(key(repository));
    }

    private static String key(HubRepository repository) {
        return repository.type() + "/" + repository.id();
    }
}
