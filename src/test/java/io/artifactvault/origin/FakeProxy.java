package io.artifactvault.origin;

import io.artifactvault.fixtures.OriginSettingsBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/** A proxy on loopback: tunnels what CONNECT names to a port of loopback, whatever the host, and sends nothing else on. */
final class FakeProxy implements AutoCloseable {
    private static final Pattern CONNECT = Pattern.compile("CONNECT ([^ ]+):(\\d+) HTTP/1\\.1\r\n", Pattern.DOTALL);

    private final RawOrigin listener;

    private FakeProxy(RawOrigin listener) {
        this.listener = listener;
    }

    static FakeProxy tunnelling() throws IOException {
        return new FakeProxy(RawOrigin.open(FakeProxy::tunnel));
    }

    /** The same, itself spoken to by TLS. */
    static FakeProxy tunnelling(SSLContext keys) throws IOException {
        return new FakeProxy(RawOrigin.open("127.0.0.1", keys.getServerSocketFactory(), FakeProxy::tunnel));
    }

    /** Answers every request with the same bytes. */
    static FakeProxy answering(String answer) throws IOException {
        return new FakeProxy(RawOrigin.answering(answer));
    }

    /** The same, itself spoken to by TLS. */
    static FakeProxy answering(SSLContext keys, String answer) throws IOException {
        return new FakeProxy(RawOrigin.open("127.0.0.1", keys.getServerSocketFactory(), peer -> {
            while (peer.readHead() != null) {
                peer.send(answer);
            }
        }));
    }

    private static void tunnel(RawOrigin.Peer peer) throws IOException, InterruptedException {
        String head = peer.readHead();
        Matcher connect = CONNECT.matcher(head == null ? "" : head);
        if (!connect.lookingAt()) {
            peer.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        try (Socket origin = new Socket(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(connect.group(2)))) {
            // As tinyproxy says it: no keep-alive, no length.
            peer.send("HTTP/1.0 200 Connection established\r\nProxy-agent: fake\r\n\r\n");
            Thread back = Thread.ofVirtual().start(() -> copy(origin, peer.socket()));
            copy(peer.socket(), origin);
            back.join();
        }
    }

    static void copy(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
            to.shutdownOutput();
        } catch (IOException e) {
            // One side has left.
        }
    }

    int port() {
        return listener.port();
    }

    int connections() {
        return listener.connections();
    }

    String head() {
        return listener.heads().getFirst();
    }

    /** Settings that lead everything through it. */
    OriginSettings settings(String userInfo) {
        return through(OutboundProxy.parse("http://" + userInfo + "127.0.0.1:" + port()), NoProxy.NOTHING);
    }

    /** The same, by TLS. */
    OriginSettings secure(String userInfo) {
        return through(OutboundProxy.parse("https://" + userInfo + "localhost:" + port()), NoProxy.NOTHING);
    }

    OriginSettings except(String noProxy) {
        return through(OutboundProxy.parse("127.0.0.1:" + port()), NoProxy.parse(noProxy));
    }

    static OriginSettings through(OutboundProxy proxy, NoProxy direct) {
        OutboundSettings outbound =
                new OutboundSettings(Optional.of(proxy), Optional.of(proxy), direct, Optional.empty());
        return OriginSettingsBuilder.patient().outbound(outbound).build();
    }

    /** A port of loopback where nobody listens. */
    static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
