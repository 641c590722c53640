package io.artifactvault.testhub;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Which faults strike which requests, and how often. Safe for any thread. */
final class FaultPlan {
    private final List<Rule> rules = new CopyOnWriteArrayList<>();

    private record Rule(Predicate<OriginRequest> fits, Fault fault, AtomicInteger left) {
        boolean strikes(OriginRequest request) {
            return fits.test(request) && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
        }
    }

    void add(Predicate<OriginRequest> fits, Fault fault, int times) {
        rules.add(new Rule(fits, fault, new AtomicInteger(times)));
    }

    void clear() {
        rules.clear();
    }

    /** Lets strike what is due; true if a fault answered. */
    boolean strike(OriginRequest request, OriginReply reply) throws IOException {
        for (Rule rule : rules) {
            if (rule.strikes(request) && rule.fault().strike(reply)) {
                return true;
            }
        }
        return false;
    }
}
