package io.artifactvault.http;

import java.util.Optional;

/** The User-Agent of requests whose answers several clients may get: no client's own name chooses what all of them see. */
public final class UserAgent {
    /** The vault's product name and version. */
    public static final String OWN = CacheStatus.CACHE_NAME + "/"
            + Optional.ofNullable(UserAgent.class.getPackage().getImplementationVersion())
                    .orElse("development");

    private UserAgent() {}
}
