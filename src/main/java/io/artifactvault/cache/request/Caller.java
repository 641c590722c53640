package io.artifactvault.cache.request;

/**
 * The identity of the client for access control: a keyed hash of the credential, or {@link #ANONYMOUS}. The credential
 * cannot be recovered from it.
 */
public record Caller(String id) {
    public static final Caller ANONYMOUS = new Caller("anonymous");

    public boolean isAnonymous() {
        return equals(ANONYMOUS);
    }
}
