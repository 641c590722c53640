package io.artifactvault.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The value of an Authorization field. Never printed: {@code toString} is {@code ***}, so that no log line, error or
 * metric can hold one by accident.
 */
public final class Credential {
    private final String value;

    private Credential(String value) {
        this.value = value;
    }

    /** The whole value of an Authorization field, such as {@code Bearer hf_x}. */
    public static Credential ofAuthorization(String value) {
        return new Credential(value.strip());
    }

    /** A bearer token (RFC 6750 §2.1). */
    public static Credential bearer(String token) {
        return new Credential("Bearer " + token.strip());
    }

    /** A user name and password (RFC 7617). */
    public static Credential basic(String user, String password) {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return new Credential("Basic " + Base64.getEncoder().encodeToString(pair));
    }

    /** The value in clear text, for the wire and for keyed hashes only. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Credential credential && value.equals(credential.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
