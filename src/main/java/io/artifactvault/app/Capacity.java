package io.artifactvault.app;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.artifactvault.config.VaultConfig;
import io.artifactvault.server.ConnectionSettings;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits on clients that the configuration does not give, derived from this process's limit on open files and its
 * memory.
 *
 * @param connections from clients
 * @param bufferedBytes limit of memory for the data of all clients
 * @param bufferedShare limit of this memory for one client
 */
record Capacity(int connections, long bufferedBytes, long bufferedShare) {
    private static final Logger log = LoggerFactory.getLogger(Capacity.class);

    /** The memory of an idle connection, with a margin. */
    private static final long CONNECTION_BYTES = 8 * 1024;

    private static final int PART_OF_MEMORY = 8;
    private static final int CONNECTIONS_PART_OF_HEAP = 4;
    private static final long OTHER_FILES = 128;
    private static final long LEAST_CONNECTIONS = 16;
    private static final long MOST_CONNECTIONS = 1_000_000;

    /** The current capacity of this process; warns if the configuration exceeds it. */
    static Capacity of(VaultConfig config) {
        return of(config, descriptors(), Runtime.getRuntime().maxMemory(), directMemory());
    }

    /**
     * The capacity of a process.
     *
     * @param descriptors its limit of open files; empty if there is none or it cannot be read
     * @param direct limit of memory outside the heap; 0 for as much as the heap
     */
    static Capacity of(VaultConfig config, OptionalLong descriptors, long heap, long direct) {
        ConnectionSettings settings = config.server().connections();
        long room = descriptors.isPresent() ? left(config, descriptors.getAsLong()) : MOST_CONNECTIONS;
        long byHeap = Math.max(LEAST_CONNECTIONS, heap / CONNECTIONS_PART_OF_HEAP / CONNECTION_BYTES);
        long usual = Math.min(MOST_CONNECTIONS, Math.min(room, byHeap));
        long wanted = settings.maxConnections().isPresent()
                ? settings.maxConnections().getAsInt()
                : usual;
        if (wanted > room) {
            log.warn(
                    "max_connections is {}, but the limit of {} open files allows only {} connections; raise the limit"
                            + " (ulimit -n, LimitNOFILE)",
                    wanted,
                    descriptors.orElse(0),
                    room);
        }
        long memory = direct == 0 ? heap : Math.min(heap, direct);
        long bytes = settings.maxBufferedBytes().orElse(memory / PART_OF_MEMORY);
        int share = settings.maxBufferedShare();
        return new Capacity((int) Math.min(wanted, room), bytes, share == 100 ? bytes : bytes / 100 * share);
    }

    /**
     * The number of descriptors left for clients. Stored files and connections to upstream take precedence, but never
     * use all descriptors.
     */
    private static long left(VaultConfig config, long descriptors) {
        long others = config.store().openFiles() + 2L * config.cache().fills().maxFills() + OTHER_FILES;
        return Math.max(LEAST_CONNECTIONS, Math.max(descriptors / 4, descriptors - others));
    }

    private static OptionalLong descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? OptionalLong.of(system.getMaxFileDescriptorCount())
                : OptionalLong.empty();
    }

    private static long directMemory() {
        HotSpotDiagnosticMXBean machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return machine == null
                ? 0
                : Long.parseLong(machine.getVMOption("MaxDirectMemorySize").getValue());
    }
}
