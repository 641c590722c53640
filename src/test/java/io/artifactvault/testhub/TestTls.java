package io.artifactvault.testhub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A TLS context with a fresh self-signed certificate for the loopback addresses, which it trusts: for both ends of a test. */
public final class TestTls {
    private static final String PASSWORD = "changeit";

    private TestTls() {}

    /** Makes a key store in the directory with the JDK's own tool, and a context from it. */
    public static SSLContext context(Path directory)
            throws IOException, GeneralSecurityException, InterruptedException {
        Path file = directory.resolve("test-tls.p12");
        makeKeyStore(file);
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** Writes the certificate of the context made in that directory as PEM. */
    public static Path certificate(Path directory) throws IOException, GeneralSecurityException {
        return writePem(
                directory.resolve("test-tls.pem"),
                "CERTIFICATE",
                store(directory).getCertificate("test").getEncoded());
    }

    /** Writes its private key as PEM, for servers that are not ours. */
    public static Path key(Path directory) throws IOException, GeneralSecurityException {
        byte[] key = store(directory).getKey("test", PASSWORD.toCharArray()).getEncoded();
        return writePem(directory.resolve("test-tls.key"), "PRIVATE KEY", key);
    }

    private static KeyStore store(Path directory) throws IOException, GeneralSecurityException {
        return KeyStore.getInstance(directory.resolve("test-tls.p12").toFile(), PASSWORD.toCharArray());
    }

    private static Path writePem(Path file, String what, byte[] der) throws IOException {
        String base64 = Base64.getMimeEncoder().encodeToString(der);
        return Files.writeString(file, "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n");
    }

    private static void makeKeyStore(Path file) throws IOException, InterruptedException {
        String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        String names = "SAN=dns:localhost,ip:127.0.0.1,ip:127.0.0.2,ip:127.0.0.3";
        Process keytool = new ProcessBuilder(
                        tool,
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "test",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        names,
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new IOException("Could not make a key store at " + file);
        }
    }
}
