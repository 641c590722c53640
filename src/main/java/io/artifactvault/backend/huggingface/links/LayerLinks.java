package io.artifactvault.backend.huggingface.links;

import io.artifactvault.backend.huggingface.route.HubRoute;
import io.artifactvault.http.Credential;
import io.artifactvault.http.KeyBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Creates links for fetching one layer without a token, and reads them again. Ollama fetches the parts of a layer from
 * the URL in a response's Location, and never sends a token there. A link contains its caller's credential, sealed
 * (AES-256-GCM) together with the layer and the expiry of the link: a request that uses the link counts as that
 * caller's own, so access to the layer is checked as usual. The key exists only while the process runs. Thread-safe.
 */
public final class LayerLinks {
    public static final String PARAMETER = "link";

    private static final String ALGORITHM = "AES/GCM/NoPadding";
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    /** The maximum length of a credential in a link, because the link must fit into a request line. */
    private static final int LONGEST_CREDENTIAL = 4096;

    private final SecureRandom random = new SecureRandom();
    private final SecretKeySpec key;
    private final InstantSource clock;

    public LayerLinks(InstantSource clock) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        this.key = new SecretKeySpec(bytes, "AES");
        this.clock = clock;
    }

    /** The query of a link to the layer; empty for a credential that is too long for one. */
    public Optional<String> query(HubRoute.Layer layer, Credential credential, Duration life) {
        byte[] plain = credential.reveal().getBytes(StandardCharsets.UTF_8);
        if (plain.length > LONGEST_CREDENTIAL) {
            return Optional.empty();
        }
        long until = clock.instant().plus(life).getEpochSecond();
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, layer, until, nonce).doFinal(plain);
            byte[] link = ByteBuffer.allocate(Long.BYTES + NONCE + sealed.length)
                    .putLong(until)
                    .put(nonce)
                    .put(sealed)
                    .array();
            return Optional.of(PARAMETER + "=" + encoded(link));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /**
     * The only valid spelling of a link. Base64 decoders accept other spellings, whose last character differs in unused
     * bits.
     */
    private static String encoded(byte[] link) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(link);
    }

    /** The credential in the link; empty if the link was not made here, is for another layer, or has expired. */
    public Optional<Credential> read(HubRoute.Layer layer, String link) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(link));
            if (bytes.remaining() <= Long.BYTES + NONCE
                    || !encoded(bytes.array()).equals(link)) {
                return Optional.empty();
            }
            long until = bytes.getLong();
            byte[] nonce = new byte[NONCE];
            bytes.get(nonce);
            byte[] sealed = new byte[bytes.remaining()];
            bytes.get(sealed);
            byte[] plain = cipher(Cipher.DECRYPT_MODE, layer, until, nonce).doFinal(sealed);
            return clock.instant().getEpochSecond() < until
                    ? Optional.of(Credential.ofAuthorization(new String(plain, StandardCharsets.UTF_8)))
                    : Optional.empty();
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, HubRoute.Layer layer, long until, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(ALGORITHM);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        String bound = KeyBuilder.key(
                layer.repository().type(), layer.repository().id(), layer.digest(), Long.toString(until));
        cipher.updateAAD(bound.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
