package io.artifactvault.http;

import java.util.Optional;

/**
 * The User-Agent of requests whose responses are shared by several clients: no single client's User-Agent determines
 * the response that all of them get.
 */
public final class UserAgent {
    /** The vault's product name and version. */
    public static final String OWN = CacheStatus.CACHE_NAME + "/"
            + Optional.ofNullable(UserAgent.class.getPackage().getImplementationVersion())
                    .orElse("development");

    private UserAgent() {}
}
