package io.artifactvault.origin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A SOCKS5 proxy on loopback (RFC 1928, RFC 1929): connects to the port that it is asked for on loopback, whatever the host. */
final class FakeSocks implements AutoCloseable {
    private static final int OK = 0;

    private final RawOrigin listener;
    private final Optional<String> login;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile int refusal = OK;

    /** @param login user and password with a colon between, where it wants them */
    private FakeSocks(Optional<String> login) throws IOException {
        this.login = login;
        this.listener = RawOrigin.open(this::serve);
    }

    static FakeSocks open() throws IOException {
        return new FakeSocks(Optional.empty());
    }

    static FakeSocks withLogin(String login) throws IOException {
        return new FakeSocks(Optional.of(login));
    }

    /** Answers every request so. */
    FakeSocks refusing(int reply) {
        refusal = reply;
        return this;
    }

    private void serve(RawOrigin.Peer peer) throws Exception {
        InputStream in = peer.socket().getInputStream();
        OutputStream out = peer.socket().getOutputStream();
        byte[] greeting = in.readNBytes(2);
        String methods = new String(in.readNBytes(greeting[1]), StandardCharsets.ISO_8859_1);
        int wanted = login.isPresent() ? 2 : 0;
        if (methods.indexOf(wanted) < 0) {
            out.write(new byte[] {5, (byte) 0xff});
            return;
        }
        out.write(new byte[] {5, (byte) wanted});
        if (login.isPresent() && !isLoggedIn(in, out)) {
            return;
        }
        int port = port(in);
        if (refusal != OK) {
            out.write(new byte[] {5, (byte) refusal, 0, 1, 0, 0, 0, 0, 0, 0});
            return;
        }
        try (Socket origin = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            // A name as the bound address, octet for octet, so that the length of a reply has to be read from it.
            for (byte octet : new byte[] {5, 0, 0, 3, 2, 'm', 'e', 1, 2}) {
                out.write(octet);
                out.flush();
            }
            Thread back = Thread.ofVirtual().start(() -> FakeProxy.copy(origin, peer.socket()));
            FakeProxy.copy(peer.socket(), origin);
            back.join();
        }
    }

    private boolean isLoggedIn(InputStream in, OutputStream out) throws IOException {
        in.readNBytes(1);
        String user = text(in);
        boolean right = login.orElseThrow().equals(user + ":" + text(in));
        out.write(new byte[] {1, (byte) (right ? 0 : 1)});
        return right;
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readNBytes(in.read()), StandardCharsets.UTF_8);
    }

    private int port(InputStream in) throws IOException {
        byte[] head = in.readNBytes(4);
        String host = switch (head[3]) {
            case 1 -> InetAddress.getByAddress(in.readNBytes(4)).getHostAddress();
            case 4 -> InetAddress.getByAddress(in.readNBytes(16)).getHostAddress();
            default -> "name " + text(in);
        };
        int port = in.read() << 8 | in.read();
        asked.add(host + " " + port);
        return port;
    }

    /** The hosts and ports in the order in which they were asked for. */
    List<String> asked() {
        return asked;
    }

    int connections() {
        return listener.connections();
    }

    OriginSettings settings(String userInfo) {
        return FakeProxy.through(
                OutboundProxy.parse("socks5://" + userInfo + "127.0.0.1:" + listener.port()), NoProxy.NOTHING);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
