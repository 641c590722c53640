package io.artifactvault.origin;

import io.artifactvault.http.Credential;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A user name and password for a proxy; never logged. */
public record ProxyLogin(String user, String password) {
    /** The login as Basic credentials (RFC 7617). */
    public Credential basic() {
        byte[] plain = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return Credential.ofAuthorization("Basic " + Base64.getEncoder().encodeToString(plain));
    }

    @Override
    public String toString() {
        return "***";
    }
}
