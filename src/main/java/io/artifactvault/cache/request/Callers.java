package io.artifactvault.cache.request;

import io.artifactvault.http.Credential;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Converts credentials to callers with HMAC-SHA256 with a key that exists only while the process runs. Thread-safe. */
public final class Callers {
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    public Callers() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, ALGORITHM);
    }

    public Caller of(Optional<Credential> credential) {
        return credential.map(this::keyed).orElse(Caller.ANONYMOUS);
    }

    private Caller keyed(Credential credential) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] hash = mac.doFinal(credential.reveal().getBytes(StandardCharsets.UTF_8));
            return new Caller(HexFormat.of().formatHex(hash));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
