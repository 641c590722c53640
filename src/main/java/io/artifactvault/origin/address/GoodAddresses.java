package io.artifactvault.origin.address;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers which address of a host responded last, so that an unreachable address listed before it causes no further
 * delay. Thread-safe.
 */
public final class GoodAddresses {
    /** The maximum number of hosts, because redirects can name any number of hosts. */
    private static final int MOST = 1024;

    private final Map<String, InetAddress> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, InetAddress> eldest) {
            return size() > MOST;
        }
    };

    public synchronized Optional<InetAddress> of(String host) {
        return Optional.ofNullable(known.get(host));
    }

    public synchronized void answered(String host, InetAddress address) {
        known.put(host, address);
    }

    public synchronized void failed(String host, InetAddress address) {
        known.remove(host, address);
    }
}
