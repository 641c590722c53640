package io.artifactvault.origin.address;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The order in which the addresses of a host are tried (RFC 8305 §4). Pure. */
public final class AddressOrder {
    /**
     * The maximum number of addresses that are tried for one request, because a name can have any number of addresses.
     */
    private static final int MOST = 32;

    private AddressOrder() {}

    /**
     * Returns the address that responded last, then the others: IPv6 and IPv4 alternate, beginning with the family of
     * the resolver's first address, each family in the resolver's order.
     */
    public static List<InetAddress> of(List<InetAddress> resolved, Optional<InetAddress> lastGood) {
        List<InetAddress> order = new ArrayList<>();
        lastGood.filter(resolved::contains).ifPresent(order::add);
        List<InetAddress> others =
                resolved.stream().distinct().filter(a -> !order.contains(a)).toList();
        int family = others.isEmpty() ? 0 : family(others.getFirst());
        Iterator<InetAddress> preferred =
                others.stream().filter(a -> family(a) == family).iterator();
        Iterator<InetAddress> alternate =
                others.stream().filter(a -> family(a) != family).iterator();
        while (preferred.hasNext() || alternate.hasNext()) {
            if (preferred.hasNext()) {
                order.add(preferred.next());
            }
            if (alternate.hasNext()) {
                order.add(alternate.next());
            }
        }
        return List.copyOf(order.subList(0, Math.min(MOST, order.size())));
    }

    private static int family(InetAddress address) {
        return address.getAddress().length;
    }
}
