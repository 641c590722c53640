package io.artifactvault.cache;

/**
 * Who asks, as far as access goes: a keyed hash of the credential, or {@link #ANONYMOUS}. Holds nothing from which the
 * credential could be found.
 */
record Caller(String id) {
    static final Caller ANONYMOUS = new Caller("anonymous");

    boolean isAnonymous() {
        return equals(ANONYMOUS);
    }
}
