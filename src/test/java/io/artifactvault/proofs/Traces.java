package io.artifactvault.proofs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a vault holds at one moment, seen from outside: by the kernel, by the JVM's own tools after a collection, and by each
 * gauge of {@code /metrics} that counts what is under way.
 */
record Traces(Map<String, Long> values) {
    private static final Pattern USED = Pattern.compile("\\bused (\\d+)K");
    private static final Pattern UNDER_WAY = Pattern.compile(
            "vault_[a-z_]*(open|waiting|queued|held|running|buffered|pending|active|in_flight|questions|fills)[a-z_]*");
    private static final Pattern NOT_UNDER_WAY =
            Pattern.compile(".*(_limit|_limit_bytes|_total|_max|_capacity|_seconds)");

    /** How much more there may be afterwards, by name; what the name does not tell is 2. */
    private static final Map<String, Long> SLACK = Map.of(
            "client connections", 4L,
            "upstream connections", 4L,
            "descriptors", 16L,
            "threads", 16L,
            "heap MiB", 32L,
            "resident MiB", 192L);

    private static final long SLACK_OF_BYTES = 8L << 20;

    /** @param origins ports of the vault's origins */
    static Traces of(VaultProcess vault, Path cache, Set<Integer> origins) throws Exception {
        Map<String, Long> values = new LinkedHashMap<>();
        values.put("heap MiB", heapMiB(vault.pid()));
        values.put("resident MiB", vault.memoryKiB("VmRSS") >> 10);
        TcpTable connections = TcpTable.read();
        values.put("client connections", connections.acceptedAt(vault.port()));
        values.put("upstream connections", connections.openedTo(origins));
        values.put("descriptors", descriptors(vault.pid(), cache));
        values.put("threads", vault.memoryKiB("Threads"));
        vault.metrics().lines().forEach(line -> gauge(line, values));
        return new Traces(Map.copyOf(values));
    }

    /** What lives on the heap after a collection. */
    private static long heapMiB(long pid) throws IOException, InterruptedException {
        jcmd(pid, "GC.run");
        Matcher used = USED.matcher(jcmd(pid, "GC.heap_info"));
        if (!used.find()) {
            throw new IOException("GC.heap_info says nothing of the heap");
        }
        return Long.parseLong(used.group(1)) >> 10;
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        return Shell.run("timeout", "20", jcmd, Long.toString(pid), command);
    }

    /** Descriptors other than those of stored files, which the vault keeps open for the next reader. */
    private static long descriptors(long pid, Path cache) throws IOException {
        String kept = StoredFiles.blobs(cache.toAbsolutePath()).toString();
        long count = 0;
        try (Stream<Path> all = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path one : all.toList()) {
                count += target(one).startsWith(kept) ? 0 : 1;
            }
        }
        return count;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }

    private static void gauge(String line, Map<String, Long> values) {
        int end = line.startsWith("#") ? -1 : line.lastIndexOf(' ');
        String name = end < 0 ? "" : line.substring(0, end);
        String plain = name.contains("{") ? name.substring(0, name.indexOf('{')) : name;
        if (UNDER_WAY.matcher(plain).matches() && !NOT_UNDER_WAY.matcher(plain).matches()) {
            values.put(name, (long) Double.parseDouble(line.substring(end + 1)));
        }
    }

    long value(String name) {
        return values.getOrDefault(name, 0L);
    }

    /** What there is more of than before; empty when all is gone. */
    List<String> beyond(Traces before) {
        List<String> beyond = new ArrayList<>();
        values.forEach((name, value) -> {
            if (value > before.value(name) + slack(name)) {
                beyond.add(value + " " + name + " (before " + before.value(name) + ")");
            }
        });
        return beyond;
    }

    private static long slack(String name) {
        return SLACK.getOrDefault(name, name.contains("_bytes") ? SLACK_OF_BYTES : 2L);
    }

    @Override
    public String toString() {
        return "heap " + value("heap MiB") + " MiB, resident " + value("resident MiB") + " MiB, "
                + value("descriptors") + " descriptors, " + value("threads") + " threads, "
                + value("client connections") + " client and " + value("upstream connections")
                + " upstream connections";
    }
}
