package io.artifactvault.origin.address;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Resolves a host name or an address literal to addresses. Called on the threads of tasks; may block. */
@FunctionalInterface
public interface HostResolver {
    /** The addresses in the order in which they should be tried. */
    List<InetAddress> resolve(String host) throws UnknownHostException;
}
