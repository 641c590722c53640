package io.artifactvault.origin.wire;

import io.artifactvault.http.OriginId;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.ProxyLogin;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Promise;
import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Makes a SOCKS5 proxy connect to an origin by name, so that the proxy resolves it (RFC 1928), with a user name and
 * password if configured (RFC 1929).
 *
 * <p>Phases: methods offered → login, if the proxy requires it → connecting → removed.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The results of writes arrive as events of the channel.
final class SocksTunnel extends ProxyDialogue {
    private static final int VERSION = 5;
    private static final int LOGIN_VERSION = 1;
    private static final int CONNECT = 1;
    private static final int NO_LOGIN = 0;
    private static final int PASSWORD = 2;
    private static final int NO_METHOD = 0xff;
    private static final int IPV4 = 1;
    private static final int NAME = 3;
    private static final int IPV6 = 4;
    private static final int NOT_ALLOWED = 2;

    private enum Phase {
        METHODS,
        LOGIN,
        CONNECTING
    }

    private final OriginId origin;
    private final Optional<ProxyLogin> login;
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private Phase phase = Phase.METHODS;

    SocksTunnel(OriginId origin, Optional<ProxyLogin> login, Promise<Optional<OriginFailure>> refusal) {
        super(refusal);
        this.origin = origin;
        this.login = login;
    }

    @Override
    void begin(ChannelHandlerContext ctx) {
        byte[] methods =
                login.isPresent() ? new byte[] {VERSION, 2, NO_LOGIN, PASSWORD} : new byte[] {VERSION, 1, NO_LOGIN};
        send(ctx, methods);
    }

    private static void send(ChannelHandlerContext ctx, byte[] octets) {
        ctx.writeAndFlush(Unpooled.wrappedBuffer(octets));
    }

    /** Reads the proxy's responses, which arrive one at a time, but possibly in fragments. */
    @Override
    void received(ChannelHandlerContext ctx, ByteBuf octets) {
        answer.writeBytes(ByteBufUtil.getBytes(octets));
        byte[] so = answer.toByteArray();
        int length = phase == Phase.CONNECTING ? lengthOfReply(so) : 2;
        if (so.length > length) {
            fail(ctx, "the proxy sent more than its reply");
        } else if (so.length == length) {
            answer.reset();
            switch (phase) {
                case METHODS -> method(ctx, so);
                case LOGIN -> loggedIn(ctx, so);
                case CONNECTING -> reply(ctx, so);
            }
        }
    }

    private void method(ChannelHandlerContext ctx, byte[] chosen) {
        if (chosen[0] != VERSION) {
            fail(ctx, "the proxy does not speak SOCKS5");
            return;
        }
        switch (chosen[1] & 0xff) {
            case NO_LOGIN -> connect(ctx);
            case PASSWORD -> logIn(ctx);
            case NO_METHOD -> refused(OriginFailure.PROXY_LOGIN);
            default -> fail(ctx, "the proxy chose a method that was not offered");
        }
    }

    private void logIn(ChannelHandlerContext ctx) {
        if (login.isEmpty()) {
            fail(ctx, "the proxy chose a method that was not offered");
            return;
        }
        phase = Phase.LOGIN;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(LOGIN_VERSION);
        text(out, login.get().user());
        text(out, login.get().password());
        send(ctx, out.toByteArray());
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        out.write(octets.length);
        out.writeBytes(octets);
    }

    private void loggedIn(ChannelHandlerContext ctx, byte[] status) {
        if (status[1] == 0) {
            connect(ctx);
        } else {
            refused(OriginFailure.PROXY_LOGIN);
        }
    }

    private void connect(ChannelHandlerContext ctx) {
        phase = Phase.CONNECTING;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {VERSION, CONNECT, 0});
        Optional<InetAddress> literal = literal(origin.host());
        if (literal.isPresent()) {
            byte[] address = literal.get().getAddress();
            out.write(address.length == 4 ? IPV4 : IPV6);
            out.writeBytes(address);
        } else {
            out.write(NAME);
            text(out, origin.host());
        }
        out.write(origin.port() >> 8);
        out.write(origin.port());
        send(ctx, out.toByteArray());
    }

    /** The address, if the host is one in canonical form; any other text is passed to the proxy as a name. */
    private static Optional<InetAddress> literal(String host) {
        try {
            InetAddress address = InetAddress.ofLiteral(host);
            boolean usual = !(address instanceof Inet4Address)
                    || address.getHostAddress().equals(host);
            return Optional.of(address).filter(_ -> usual);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The length of the proxy's reply, which contains an unused address of variable length. */
    private static int lengthOfReply(byte[] so) {
        int least = 5;
        if (so.length < least) {
            return least;
        }
        int head = 4;
        int port = 2;
        return switch (so[3]) {
            case IPV4 -> head + 4 + port;
            case IPV6 -> head + 16 + port;
            case NAME -> head + 1 + (so[4] & 0xff) + port;
            default -> 0;
        };
    }

    private void reply(ChannelHandlerContext ctx, byte[] reply) {
        if (reply[0] != VERSION) {
            fail(ctx, "the proxy does not speak SOCKS5");
        } else if (reply[1] == 0) {
            connected(ctx);
        } else {
            refused(reply[1] == NOT_ALLOWED ? OriginFailure.PROXY_DENIED : OriginFailure.PROXY_FAILED);
        }
    }
}
