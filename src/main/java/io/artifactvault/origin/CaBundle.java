package io.artifactvault.origin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Certificates of authorities that are trusted in addition to the system's: those of a company or of a TLS-intercepting
 * proxy.
 */
public record CaBundle(Path file, List<Certificate> certificates) {
    /**
     * Reads a PEM file.
     *
     * @throws IOException with a reason that continues a sentence which begins with the setting's name
     */
    public static CaBundle read(Path file) throws IOException {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new IOException("does not name a readable file; make " + file + " readable, or set another file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            List<Certificate> certificates =
                    List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
            if (!certificates.isEmpty()) {
                return new CaBundle(file, certificates);
            }
        } catch (CertificateException e) {
            throw new IOException(
                    "contains an entry that is not a certificate; use PEM, -----BEGIN CERTIFICATE-----", e);
        }
        throw new IOException("contains no certificate; use PEM, -----BEGIN CERTIFICATE-----");
    }

    /** A trust manager that trusts these authorities and the system's. */
    public TrustManager trust() {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("own-" + number++, certificate);
            }
            for (Certificate certificate : x509(null).getAcceptedIssuers()) {
                store.setCertificateEntry("machine-" + number++, certificate);
            }
            return x509(store);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this Java runtime cannot hold certificates", e);
        }
    }

    private static X509TrustManager x509(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow();
    }
}
