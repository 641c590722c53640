package io.artifactvault.cache.upstream;

import io.artifactvault.http.Credential;
import java.time.Instant;

/**
 * A token that a registry's token service issued.
 *
 * @param endsAt when it is no longer used
 */
record Token(Credential credential, Instant endsAt) {}
