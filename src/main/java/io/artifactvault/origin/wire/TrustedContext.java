package io.artifactvault.origin.wire;

import io.artifactvault.origin.CaBundle;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authorities that TLS connections trust: the system's, and those of a bundle that is read again when its file has
 * changed. Called on fill threads for each connection; one of them checks the file, at most once per {@code
 * origin.ca_bundle_check_interval}, while the others use the current context. When a bundle cannot be read, the last
 * good one stays in use. Thread-safe.
 */
public final class TrustedContext implements Supplier<SslContext> {
    private static final Logger log = LoggerFactory.getLogger(TrustedContext.class);

    private final Path file;
    private final long interval;
    private final LongSupplier nanos;
    private final AtomicLong nextCheck;
    private volatile Known known;

    /** The state of the file at the last check. */
    private record Stamp(
            FileTime modified, long size, @Nullable Object key) {}

    /**
     * The context in use.
     *
     * @param stamp the state of the file at the last check, whether it was valid or not; empty when the file was
     *     missing
     * @param problem the error at that check; empty when there was none
     */
    private record Known(CaBundle bundle, SslContext context, Optional<Stamp> stamp, String problem) {}

    private TrustedContext(CaBundle bundle, Duration interval, LongSupplier nanos) {
        this.interval = interval.toNanos();
        this.file = bundle.file();
        this.nanos = nanos;
        this.nextCheck = new AtomicLong(nanos.getAsLong());
        // The file may have changed since it was read: without a stamp, the first check reads it.
        this.known = new Known(bundle, ClientTls.context(bundle.trust()), Optional.empty(), "");
    }

    /**
     * The trust in the bundle and in the system's authorities; only in the latter if there is no bundle. The duration
     * is the interval between two checks of the bundle's file.
     */
    public static Supplier<SslContext> of(Optional<CaBundle> bundle, Duration interval, LongSupplier nanos) {
        if (bundle.isPresent()) {
            return new TrustedContext(bundle.get(), interval, nanos);
        }
        SslContext system = ClientTls.context(null);
        return () -> system;
    }

    @Override
    public SslContext get() {
        long now = nanos.getAsLong();
        long due = nextCheck.get();
        if (now - due >= 0 && nextCheck.compareAndSet(due, now + interval)) {
            check();
        }
        return known.context();
    }

    private void check() {
        Known before = known;
        Optional<Stamp> stamp = stamp();
        if (stamp.isPresent() && stamp.equals(before.stamp())) {
            return;
        }
        try {
            CaBundle bundle = CaBundle.read(file);
            if (bundle.equals(before.bundle())) {
                known = new Known(before.bundle(), before.context(), stamp, "");
            } else {
                known = new Known(bundle, ClientTls.context(bundle.trust()), stamp, "");
                log.info("Reloaded the changed origin.ca_bundle {}.", file);
            }
        } catch (IOException e) {
            keep(before, stamp, e);
        }
    }

    private void keep(Known before, Optional<Stamp> stamp, IOException why) {
        String problem = String.valueOf(why.getMessage());
        known = new Known(before.bundle(), before.context(), stamp, problem);
        if (!stamp.equals(before.stamp()) || !problem.equals(before.problem())) {
            log.warn("origin.ca_bundle {}. The certificates read before stay in use.", problem);
        }
    }

    private Optional<Stamp> stamp() {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(new Stamp(found.lastModifiedTime(), found.size(), found.fileKey()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
