package io.artifactvault.origin.address;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The order in which the addresses of a host are tried (RFC 8305 §4). Pure. */
public final class AddressOrder {
    /** A name can have any number of addresses; no request tries them all. */
    private static final int MOST = 32;

    private AddressOrder() {}

    /**
     * The last good address, then both families in turn, the first address's family first; within a family in the
     * resolver's order.
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
