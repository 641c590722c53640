package io.artifactvault.cache.request;

/**
 * Who asks, as far as access goes: a keyed hash of the credential, or {@link #ANONYMOUS}. Holds nothing from which the
 * credential could be found.
 */
public record Caller(String id) {
    public static final Caller ANONYMOUS = new Caller("anonymous");

    public boolean isAnonymous() {
        return equals(ANONYMOUS);
    }
}
