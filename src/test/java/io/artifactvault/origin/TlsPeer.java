package io.artifactvault.origin;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** TLS laid over a plain connection of a {@link RawOrigin}, so that each layer can be closed without the other. */
public final class TlsPeer {
    /** How the origin ends its side. */
    public enum End {
        /** A close_notify alert, after which the TCP connection stays open until the client closes it. */
        NOTIFY,
        /** A close_notify alert, then the end of the TCP connection. */
        NOTIFY_AND_FIN,
        /** The end of the TCP connection without an alert. */
        FIN,
        RESET;

        public boolean isNotified() {
            return this == NOTIFY || this == NOTIFY_AND_FIN;
        }
    }

    private final RawOrigin.Peer plain;
    private final SSLSocket secure;

    /** Takes the server's part; the handshake runs with the first octet. */
    public TlsPeer(RawOrigin.Peer plain, SSLContext keys, String... protocols) throws IOException {
        this.plain = plain;
        Socket socket = plain.socket();
        this.secure = (SSLSocket) keys.getSocketFactory().createSocket(socket, null, false);
        secure.setUseClientMode(false);
        if (protocols.length > 0) {
            secure.setEnabledProtocols(protocols);
        }
    }

    public SSLSocket socket() {
        return secure;
    }

    /** Up to and with the empty line, in lower case. */
    public String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = secure.getInputStream().read();
            if (octet < 0) {
                throw new IOException("the client closed");
            }
            head.append((char) octet);
        }
        return head.toString().toLowerCase(Locale.ROOT);
    }

    public void send(String text) throws IOException {
        secure.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        secure.getOutputStream().flush();
    }

    public void end(End how) throws IOException {
        if (how.isNotified()) {
            secure.shutdownOutput();
        }
        switch (how) {
            case NOTIFY -> plain.awaitClose();
            case NOTIFY_AND_FIN, FIN -> plain.socket().shutdownOutput();
            case RESET -> plain.reset();
        }
    }
}
