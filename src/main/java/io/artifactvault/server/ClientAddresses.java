package io.artifactvault.server;

import io.netty.handler.codec.http.HttpHeaders;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * The client of a request, as a key for limits, metrics and logs: the address of the connection, or, if that is a
 * trusted proxy, the nearest address before it that is not a trusted proxy. IPv6 clients are identified by their /64,
 * because one client usually controls all of it. Immutable.
 */
final class ClientAddresses {
    private static final int MOST_HOPS = 32;
    private static final int IPV6_GROUPS = 4;

    private final List<ProxyNetwork> trusted;

    ClientAddresses(List<ProxyNetwork> trusted) {
        this.trusted = List.copyOf(trusted);
    }

    boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(network -> network.contains(address));
    }

    /** The key of the client that sent a request with these fields over a connection from that address. */
    String of(InetAddress peer, HttpHeaders fields) {
        if (trusted.isEmpty() || !isTrusted(peer)) {
            return key(peer);
        }
        return key(before(peer, fields));
    }

    /** The address itself for IPv4, its /64 for IPv6. */
    static String key(InetAddress address) {
        if (address instanceof Inet4Address) {
            return address.getHostAddress();
        }
        byte[] bytes = address.getAddress();
        StringBuilder key = new StringBuilder();
        for (int i = 0; i < IPV6_GROUPS; i++) {
            int group = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
            key.append(Integer.toHexString(group)).append(':');
        }
        return key.append(":/64").toString();
    }

    /**
     * A proxy that sets one of the two fields forwards the other as the client wrote it: they count only if they agree.
     */
    private InetAddress before(InetAddress peer, HttpHeaders fields) {
        List<String> list = fields.getAll("X-Forwarded-For");
        List<String> forwarded = fields.getAll("Forwarded");
        if (forwarded.isEmpty()) {
            return before(peer, ForwardedHops.ofList(list));
        }
        InetAddress named = before(peer, ForwardedHops.ofForwarded(forwarded));
        boolean agreed = list.isEmpty() || named.equals(before(peer, ForwardedHops.ofList(list)));
        return agreed ? named : peer;
    }

    /**
     * Returns the last hop that is not a trusted proxy, or the connection's address if a hop on the way to it is not an
     * address.
     */
    private InetAddress before(InetAddress peer, List<String> hops) {
        InetAddress found = peer;
        int last = Math.max(0, hops.size() - MOST_HOPS);
        for (int i = hops.size() - 1; i >= last && isTrusted(found); i--) {
            Optional<InetAddress> hop = address(hops.get(i));
            if (hop.isEmpty()) {
                return peer;
            }
            found = hop.get();
        }
        return found;
    }

    /**
     * An address with an optional port: {@code 10.0.0.1}, {@code 10.0.0.1:80}, {@code fd00::1}, {@code [fd00::1]:80}.
     */
    private static Optional<InetAddress> address(String hop) {
        if (hop.startsWith("[")) {
            int end = hop.indexOf(']');
            boolean closed = end > 0 && isPort(hop.substring(end + 1)) && hop.indexOf(':') > 0;
            return closed ? AddressLiteral.read(hop.substring(1, end)) : Optional.empty();
        }
        int colon = hop.indexOf(':');
        boolean withPort = colon > 0 && hop.indexOf('.') > 0 && colon == hop.lastIndexOf(':');
        if (withPort && !isPort(hop.substring(colon))) {
            return Optional.empty();
        }
        return AddressLiteral.read(withPort ? hop.substring(0, colon) : hop);
    }

    private static boolean isPort(String text) {
        return text.isEmpty()
                || (text.charAt(0) == ':'
                        && text.length() <= 6
                        && text.chars().skip(1).allMatch(c -> c >= '0' && c <= '9'));
    }
}
