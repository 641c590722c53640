package io.artifactvault.app.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Detects which protocol a port speaks. Sends no secrets; blocks for at most a few seconds. */
final class SchemeProbe {
    private static final int PATIENCE_MILLIS = 5000;
    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final byte[] ANSWER = "HTTP/".getBytes(StandardCharsets.US_ASCII);

    private SchemeProbe() {}

    static int port(URI endpoint) {
        int usual = endpoint.getScheme().equalsIgnoreCase("https") ? HTTPS : HTTP;
        return endpoint.getPort() < 0 ? usual : endpoint.getPort();
    }

    static boolean speaksHttp(URI endpoint) {
        try (Socket socket = connect(endpoint)) {
            String head = "HEAD /healthz HTTP/1.1\r\nHost: " + endpoint.getHost() + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return Arrays.equals(socket.getInputStream().readNBytes(ANSWER.length), ANSWER);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Whether the port completes a TLS handshake, or rejects it with a TLS alert; the certificate is not verified here.
     */
    static boolean speaksTls(URI endpoint) {
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        try (Socket socket = connect(endpoint);
                SSLSocket tls = (SSLSocket) factory.createSocket(socket, endpoint.getHost(), port(endpoint), true)) {
            tls.startHandshake();
            return true;
        } catch (SSLException e) {
            return Causes.include(e, CertificateException.class)
                    || Optional.ofNullable(e.getMessage()).orElse("").contains("fatal alert");
        } catch (IOException e) {
            return false;
        }
    }

    private static Socket connect(URI endpoint) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(endpoint.getHost(), port(endpoint)), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
