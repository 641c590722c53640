package io.artifactvault.testhub;

import java.util.Optional;

/** Who asks: nobody in particular, or a user with a valid token. */
record Caller(Optional<HubUser> user) {
    public static final Caller ANONYMOUS = new Caller(Optional.empty());

    public boolean isAnonymous() {
        return user.isEmpty();
    }

    boolean maySee(HubRepository repository) {
        return !repository.isHidden() || isGranted(repository);
    }

    boolean mayReadFiles(HubRepository repository) {
        return maySee(repository) && (repository.gate().isEmpty() || isGranted(repository));
    }

    private boolean isGranted(HubRepository repository) {
        return user.map(u -> u.isGranted(repository)).orElse(false);
    }
}
