package io.artifactvault.origin;

import io.artifactvault.http.Credential;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A user name and password for a proxy; never shown. */
public record ProxyLogin(String user, String password) {
    /** RFC 7617. */
    public Credential basic() {
        byte[] plain = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return Credential.ofAuthorization("Basic " + Base64.getEncoder().encodeToString(plain));
    }

    @Override
    public String toString() {
        return "***";
    }
}
