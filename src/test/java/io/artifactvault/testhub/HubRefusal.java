package io.artifactvault.testhub;

/** Carries a {@link HubError} from where it is found to where it is answered. */
final class HubRefusal extends RuntimeException {
    private final transient HubError error;

    HubRefusal(HubError error) {
        super(error.message());
        this.error = error;
    }

    HubError error() {
        return error;
    }
}
