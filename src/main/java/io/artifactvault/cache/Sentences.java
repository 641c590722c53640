package io.artifactvault.cache;

import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;

/** What clients are told when something goes wrong: subject, cause, remedy. No credential, no query. */
final class Sentences {
    private Sentences() {}

    static String failed(String title, OriginException cause) {
        if (cause.failure() == OriginFailure.OFFLINE) {
            return title + " is not stored here, and the vault asks nobody for it because it is offline"
                    + " (offline: true in its configuration). Fetch it once while it is online.";
        }
        return "Could not fetch " + title + ": " + cause.getMessage() + "; nothing was stored.";
    }

    static String unavailable(String title, int status) {
        return "Could not fetch " + title + ": upstream answered " + status
                + ", and the vault has no copy to serve; try again later.";
    }

    static String notWhole(String title) {
        return "Could not fetch " + title + ": upstream's content did not arrive whole; nothing was stored.";
    }

    static String unreadable(String title) {
        return "The stored copy of " + title + " cannot be read now, and upstream does not give it either;"
                + " try again in a moment. Nothing was lost.";
    }

    static String unchecked(String title) {
        return "Could not check with upstream that you may read " + title
                + "; upstream does not answer, and this is not known to be public. Try again later.";
    }

    static String nothingStored(String title) {
        return "Nothing stored may be used for " + title
                + " now, and the request says only-if-cached. Ask again without that.";
    }

    static String busy() {
        return "The vault is fetching as much as it may at once; try again in a moment.";
    }

    static String broken(String title) {
        return "The vault failed while it answered for " + title + "; its log says why.";
    }
}
