package io.artifactvault.proofs;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A port to which connections never complete: it listens, its queue is full, and the kernel drops what else comes (Linux). */
final class Blackhole implements AutoCloseable {
    private static final int MOST = 64;
    private static final Duration DROPPED = Duration.ofMillis(300);

    private static final int BINDINGS = 50;
    private static final Duration BETWEEN = Duration.ofMillis(100);

    private final ServerSocket listener = new ServerSocket();
    private final List<Socket> queued = new ArrayList<>();

    Blackhole(String host, int port) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(host), port);
        bind(address);
        while (fill(address)) {
            if (queued.size() > MOST) {
                close();
                throw new IOException("The queue of " + address + " does not fill.");
            }
        }
    }

    /** A listener that was closed there gives the port free a moment later, when its thread has noticed. */
    private void bind(InetSocketAddress address) throws IOException {
        listener.setReuseAddress(true);
        for (int i = 1; !listener.isBound(); i++) {
            try {
                listener.bind(address, 1);
            } catch (BindException e) {
                if (i == BINDINGS) {
                    throw e;
                }
                Waiting.pass(BETWEEN);
            }
        }
    }

    private boolean fill(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(address, (int) DROPPED.toMillis());
            queued.add(socket);
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : queued) {
            // So that no connection of it lingers on the port.
            socket.setSoLinger(true, 0);
            socket.close();
        }
        listener.close();
    }
}
