package io.artifactvault.proofs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The connections of this machine, as the kernel shows them. */
record TcpTable(List<Connection> connections) {
    /** One end of a connection that its program has not closed yet: established, being opened, or closed by the other end. */
    private static final Set<String> OPEN = Set.of("01", "02", "03", "08");

    /** One end of a connection. */
    record Connection(int localPort, int remotePort) {}

    static TcpTable read() throws IOException {
        List<Connection> connections = new ArrayList<>();
        for (String file : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            if (Files.exists(Path.of(file))) {
                Files.readAllLines(Path.of(file)).stream().skip(1).forEach(line -> add(connections, line));
            }
        }
        return new TcpTable(List.copyOf(connections));
    }

    private static void add(List<Connection> connections, String line) {
        String[] words = line.strip().split("\\s+", -1);
        if (OPEN.contains(words[3])) {
            connections.add(new Connection(port(words[1]), port(words[2])));
        }
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1), 16);
    }

    /** How many connections a server on that port has open. */
    long acceptedAt(int port) {
        return connections.stream().filter(one -> one.localPort() == port).count();
    }

    /** How many connections clients have open to those ports. */
    long openedTo(Set<Integer> ports) {
        return connections.stream()
                .filter(one -> ports.contains(one.remotePort()))
                .count();
    }
}
