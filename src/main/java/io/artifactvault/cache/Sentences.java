package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;

/** What clients are told when something goes wrong: subject, cause, remedy. No credential, no query. */
final class Sentences {
    private Sentences() {}

    static String failed(Resource resource, OriginException cause) {
        if (cause.failure() == OriginFailure.OFFLINE) {
            return resource.title() + " is not stored here, and the vault asks nobody for it because it is offline"
                    + " (offline: true in its configuration). Fetch it once while it is online.";
        }
        return "Could not fetch " + resource.title() + ": " + cause.getMessage() + "; nothing was stored.";
    }

    static String unavailable(Resource resource, int status) {
        return "Could not fetch " + resource.title() + ": upstream answered " + status
                + ", and the vault has no copy to serve; try again later.";
    }

    static String notWhole(Resource resource) {
        return "Could not fetch " + resource.title() + ": upstream's content did not arrive whole; nothing was stored.";
    }

    static String unchecked(Resource resource) {
        return "Could not check with upstream that you may read " + resource.title()
                + "; upstream does not answer, and this is not known to be public. Try again later.";
    }

    static String busy() {
        return "The vault is fetching as much as it may at once; try again in a moment.";
    }

    static String broken(Resource resource) {
        return "The vault failed while it answered for " + resource.title() + "; its log says why.";
    }
}
