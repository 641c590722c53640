package io.artifactvault.testhub;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** One accepted connection: reads a request, lets the handler answer, and goes on while both sides keep it alive. */
final class OriginConnection implements Runnable {
    private final ScriptedOrigin origin;
    private final int number;
    private final Socket socket;
    private final @Nullable SSLContext tls;
    private volatile @Nullable Thread thread;

    OriginConnection(ScriptedOrigin origin, int number, Socket socket, @Nullable SSLContext tls) {
        this.origin = origin;
        this.number = number;
        this.socket = socket;
        this.tls = tls;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try (Socket plain = socket;
                Socket talk = secured(plain)) {
            converse(talk);
        } catch (IOException e) {
            // The client left, or the script ended the connection: both are ordinary here.
            origin.noteEnd(e);
        } finally {
            origin.forget(this);
        }
    }

    /** Ends the connection from another thread, and any wait of its handler. */
    void abandon() {
        Thread runner = thread;
        if (runner != null) {
            runner.interrupt();
        }
        closeQuietly();
    }

    /** Sends FIN after all that was written. */
    void finish() throws IOException {
        socket.shutdownOutput();
        socket.close();
    }

    /** Sends RST; bytes not yet sent are lost. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Whether the client closes its side within that time. It must not send anything meanwhile. */
    boolean isClosedWithin(Duration time) throws IOException {
        socket.setSoTimeout(Math.toIntExact(time.toMillis()));
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } finally {
            socket.setSoTimeout(0);
        }
    }

    private void converse(Socket talk) throws IOException {
        OutputStream out = new BufferedOutputStream(talk.getOutputStream(), 1 << 16);
        RequestReader reader = new RequestReader(talk.getInputStream(), out, origin.name(), number);
        while (true) {
            Optional<OriginRequest> request = reader.next();
            if (request.isEmpty() || !answer(request.get(), out)) {
                return;
            }
        }
    }

    private boolean answer(OriginRequest request, OutputStream out) throws IOException {
        OriginReply reply = new OriginReply(request, this, out);
        origin.record(request);
        try {
            origin.handler().handle(request, reply);
        } catch (RuntimeException e) {
            origin.noteFailure(request, e);
            reply.apologise();
        }
        reply.complete();
        return reply.keepsConnection() && !request.wantsClose();
    }

    private Socket secured(Socket plain) throws IOException {
        plain.setTcpNoDelay(true);
        if (tls == null) {
            return plain;
        }
        SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(plain, null, true);
        secure.setUseClientMode(false);
        return secure;
    }

    private void closeQuietly() {
        try {
            socket.close();
        } catch (IOException e) {
            origin.noteEnd(e);
        }
    }
}
