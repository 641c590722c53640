package io.artifactvault.app.doctor;

import io.artifactvault.origin.CaBundle;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * The authorities that clients on this machine trust: those named by the variables of Python's clients and curl, or the
 * Java runtime's when none is set. As in those clients, a named file replaces the default authorities.
 */
public final class TrustedAuthorities {
    /** The Python library "requests" reads the first two variables, httpx the last. */
    static final List<String> VARIABLES = List.of("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE");

    private final List<Certificate> certificates = new ArrayList<>();
    private final List<String> sources = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();

    private TrustedAuthorities() {}

    /** Reads the files; those that cannot be used are in {@link #findings}. */
    public static TrustedAuthorities of(Map<String, String> environment) {
        TrustedAuthorities authorities = new TrustedAuthorities();
        for (String variable : VARIABLES) {
            String value = environment.getOrDefault(variable, "");
            if (!value.isBlank()) {
                authorities.add(variable, Path.of(value));
            }
        }
        return authorities;
    }

    private void add(String variable, Path path) {
        try {
            certificates.addAll(Files.isDirectory(path) ? folder(path) : file(path));
            sources.add(variable + "=" + path);
        } catch (IOException e) {
            findings.add(Finding.fail(
                    "certificates",
                    variable + " " + e.getMessage() + ".",
                    "unset " + variable + ", or set it to the path of a PEM file"));
        }
    }

    private static List<Certificate> file(Path file) throws IOException {
        return CaBundle.read(file).certificates();
    }

    /** The certificates in a folder as c_rehash creates it, which may also contain other files. */
    private static List<Certificate> folder(Path folder) throws IOException {
        List<Certificate> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, Files::isRegularFile)) {
            for (Path file : files) {
                addAll(found, file);
            }
        }
        if (found.isEmpty()) {
            throw new IOException("names the folder " + folder + ", which contains no certificate");
        }
        return found;
    }

    private static void addAll(List<Certificate> found, Path file) {
        try {
            found.addAll(file(file));
        } catch (IOException e) {
            // The file contains no certificate; it is an error only if none of the files contains one.
        }
    }

    /** The errors in the variables. */
    public List<Finding> findings() {
        return List.copyOf(findings);
    }

    /** The source of the authorities, for messages: the variables with their files, or the Java runtime. */
    String source() {
        return sources.isEmpty() ? "the default authorities of the Java runtime" : String.join(" and ", sources);
    }

    /** The TLS context for connections that trust these authorities. */
    public SSLContext context() {
        try {
            if (certificates.isEmpty()) {
                return SSLContext.getDefault();
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry("authority-" + i, certificates.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManager[] managers = factory.getTrustManagers();
            context.init(null, managers, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this Java runtime cannot hold certificates", e);
        }
    }
}
