package io.artifactvault.admin;

import io.artifactvault.http.Credential;
import io.artifactvault.http.LoopbackName;
import java.util.Optional;

/**
 * Where the operator's endpoints listen.
 *
 * @param token what callers of the admin API show as a bearer token; without one the API answers on a loopback address only
 */
public record AdminSettings(String host, int port, Optional<Credential> token) {
    /** Whether only this machine can reach it. */
    boolean isLoopback() {
        return LoopbackName.is(host);
    }
}
