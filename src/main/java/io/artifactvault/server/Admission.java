package io.artifactvault.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Accepts connections up to the limits, in total and for one address; further connections are reset before they use
 * resources. No limit per address applies to trusted proxies. Runs before Netty's acceptor on the listener's event
 * loop; connections end on their own event loops. Thread-safe.
 */
@Sharable
final class Admission extends ChannelInboundHandlerAdapter {
    private final int most;
    private final int mostPerClient;
    private final ClientAddresses addresses;
    private final ClientCounts counts;
    private final AtomicInteger open = new AtomicInteger();

    /** The number of open connections of each address; an address without one has no entry. */
    private final Map<String, Integer> byClient = new ConcurrentHashMap<>();

    /** @param mostPerClient 0 for no limit; no address then gets more than half of all */
    Admission(int most, int mostPerClient, ClientAddresses addresses, ClientCounts counts) {
        this.most = most;
        this.mostPerClient = mostPerClient == 0 ? 0 : Math.min(mostPerClient, Math.max(1, most / 2));
        this.addresses = addresses;
        this.counts = counts;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Channel connection && !admit(connection)) {
            // A reset, so that a flood leaves no sockets in TIME_WAIT.
            connection.config().setOption(ChannelOption.SO_LINGER, 0);
            connection.unsafe().closeForcibly();
            return;
        }
        context.fireChannelRead(message);
    }

    private boolean admit(Channel connection) {
        Optional<String> client = mostPerClient == 0
                ? Optional.empty()
                : Optional.of(connection.remoteAddress())
                        .filter(InetSocketAddress.class::isInstance)
                        .map(address -> ((InetSocketAddress) address).getAddress())
                        .filter(address -> !addresses.isTrusted(address))
                        .map(ClientAddresses::key);
        boolean room = open.incrementAndGet() <= most;
        if (!room || !client.map(this::enter).orElse(true)) {
            open.decrementAndGet();
            counts.refused(room, client.orElse(""));
            return false;
        }
        connection.closeFuture().addListener(_ -> {
            open.decrementAndGet();
            client.ifPresent(this::leave);
        });
        return true;
    }

    private boolean enter(String client) {
        int[] now = new int[1];
        byClient.compute(client, (_, count) -> {
            now[0] = (count == null ? 0 : count) + 1;
            return now[0] > mostPerClient ? count : Integer.valueOf(now[0]);
        });
        return now[0] <= mostPerClient;
    }

    private void leave(String client) {
        byClient.computeIfPresent(client, (_, count) -> count == 1 ? null : Integer.valueOf(count - 1));
    }

    /** The number of open connections. */
    int open() {
        return open.get();
    }

    int most() {
        return most;
    }

    /** The number of addresses with an open connection. */
    int clients() {
        return byClient.size();
    }
}
