package io.artifactvault.backend.huggingface.links;

import io.artifactvault.backend.huggingface.route.HubRoute;
import io.artifactvault.backend.huggingface.route.Repository;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.OriginId;
import io.artifactvault.http.Target;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Creates the vault's own addresses for LFS objects from the Hub's signed ones, and reads them again. Such an address
 * represents upstream's permission for one caller in the form of a link: clients cannot forge it, it states where the
 * bytes are, and it expires as grants do. The key exists only while the process runs. Thread-safe.
 */
public final class LfsLinks {
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;
    private final InstantSource clock;

    public LfsLinks(InstantSource clock) {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, ALGORITHM);
        this.clock = clock;
    }

    /**
     * An object of a repository: its size, and its address at upstream.
     *
     * @param from as the Hub sent it
     */
    public record Link(Repository repository, String oid, long size, String from) {
        /** The address of the object at upstream; empty if the Hub's value is not an address that can be requested. */
        public Optional<URI> address() {
            try {
                URI uri = URI.create(from);
                OriginId.of(uri);
                return Optional.of(uri);
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
    }

    /** The vault's address of the object, relative to the mount, valid for the given time. */
    String address(Link link, Duration life) {
        long until = clock.instant().plus(life).getEpochSecond();
        return "_lfs/" + link.repository().type() + "/" + link.repository().id() + "/" + link.oid() + "?"
                + query(link, until);
    }

    private String query(Link link, long until) {
        String from = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(link.from().getBytes(StandardCharsets.UTF_8));
        return "size=" + link.size() + "&until=" + until + "&from=" + from + "&signature=" + signature(link, until);
    }

    /** The object behind the vault's address; empty if this vault did not create the address, or it has expired. */
    public Optional<Link> read(HubRoute.LfsObject object, Target target) {
        try {
            long size = Long.parseLong(target.queryParameter("size").orElse(""));
            long until = Long.parseLong(target.queryParameter("until").orElse(""));
            byte[] from =
                    Base64.getUrlDecoder().decode(target.queryParameter("from").orElse(""));
            Link link = new Link(object.repository(), object.oid(), size, new String(from, StandardCharsets.UTF_8));
            // The whole query is compared, because numbers and Base64 have several spellings, but only one is valid.
            boolean genuine = MessageDigest.isEqual(
                    query(link, until).getBytes(StandardCharsets.UTF_8),
                    target.query().orElse("").getBytes(StandardCharsets.UTF_8));
            return genuine && clock.instant().getEpochSecond() < until ? Optional.of(link) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private String signature(Link link, long until) {
        String text = KeyBuilder.key(
                link.repository().type(),
                link.repository().id(),
                link.oid(),
                Long.toString(link.size()),
                Long.toString(until),
                link.from().toString());
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
