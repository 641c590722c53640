package io.artifactvault.origin.address;

import io.artifactvault.http.OriginId;
import io.artifactvault.http.Scan;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OutboundProxy;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;

/**
 * Resolves the addresses of an origin and rejects those in private networks that the request may not reach. No other
 * class resolves names. Called on the threads of tasks and fills; blocks while the system's resolver does.
 */
public final class AddressGuard {
    /** Suffixes of host names that are used only within a network (RFC 6761, RFC 6762, RFC 8375, and by convention). */
    private static final Set<String> INTERNAL = Set.of(
            "localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "localdomain", "arpa");

    private final HostResolver resolver;

    public AddressGuard(HostResolver resolver) {
        this.resolver = resolver;
    }

    /** The addresses that may be connected to, in order; never empty. */
    public List<InetAddress> allowed(PoolKey key) throws OriginException {
        OriginId origin = key.origin();
        List<InetAddress> allowed =
                resolve(origin).stream().filter(key::permits).toList();
        if (allowed.isEmpty()) {
            throw new OriginException(OriginFailure.ADDRESS_REFUSED, origin.authority());
        }
        return allowed;
    }

    /**
     * Checks that a proxy may be requested to connect there. The proxy resolves the name itself and the vault does not
     * see the address, so all addresses that the vault finds must be permitted; a name that cannot be resolved here
     * must look like a public one.
     */
    public void checkForProxy(PoolKey key) throws OriginException {
        if (!key.privateTargets().permitByName(key.origin().host()) && !isPermittedByName(key)) {
            throw new OriginException(
                    OriginFailure.ADDRESS_REFUSED, key.origin().authority());
        }
    }

    private boolean isPermittedByName(PoolKey key) {
        String host = key.origin().host();
        if (endsInNumber(host) && !isPlainAddress(host)) {
            return false;
        }
        try {
            List<InetAddress> found = resolver.resolve(host);
            return !found.isEmpty() && found.stream().allMatch(key::permits);
        } catch (UnknownHostException e) {
            return looksPublic(host);
        }
    }

    /**
     * Whether the host ends in a number. A valid name never does, but some parsers read such text as an obsolete
     * spelling of an IPv4 address.
     */
    private static boolean endsInNumber(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        String last = name.substring(name.lastIndexOf('.') + 1);
        boolean hex = last.startsWith("0x")
                && Scan.skip(last, 2, c -> Scan.isDigit(c) || (c >= 'a' && c <= 'f')) == last.length();
        return hex || Scan.isMadeOf(last, Scan::isDigit);
    }

    /**
     * Whether the host is an IPv4 address of four decimal numbers without leading zeros, which all parsers read alike.
     */
    private static boolean isPlainAddress(String host) {
        try {
            return Inet4Address.ofLiteral(host).getHostAddress().equals(host);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean looksPublic(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        String last = name.substring(name.lastIndexOf('.') + 1);
        return name.contains(".") && !name.contains(":") && !INTERNAL.contains(last);
    }

    private List<InetAddress> resolve(OriginId origin) throws OriginException {
        try {
            List<InetAddress> found = resolver.resolve(origin.host());
            if (!found.isEmpty()) {
                return found;
            }
        } catch (UnknownHostException e) {
            throw new OriginException(OriginFailure.DNS_FAILED, origin.authority(), e);
        }
        throw new OriginException(OriginFailure.DNS_FAILED, origin.authority());
    }

    /** The addresses of the proxy; any address is permitted, because the operator chose the proxy. */
    public List<InetAddress> ofProxy(OutboundProxy proxy, PoolKey key) throws OriginException {
        try {
            List<InetAddress> found = resolver.resolve(proxy.host());
            if (!found.isEmpty()) {
                return found;
            }
        } catch (UnknownHostException e) {
            throw new OriginException(
                    OriginFailure.PROXY_UNREACHABLE, key.origin().authority(), e);
        }
        throw new OriginException(OriginFailure.PROXY_UNREACHABLE, key.origin().authority());
    }
}
