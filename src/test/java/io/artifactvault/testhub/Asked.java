package io.artifactvault.testhub;

import java.util.function.Predicate;

/** Predicates on requests, for faults, gates and counts. */
public final class Asked {
    private Asked() {}

    public static Predicate<OriginRequest> anything() {
        return _ -> true;
    }

    public static Predicate<OriginRequest> get() {
        return r -> r.method().equals("GET");
    }

    public static Predicate<OriginRequest> head() {
        return OriginRequest::isHead;
    }

    public static Predicate<OriginRequest> hub() {
        return r -> r.origin().equals("hub");
    }

    public static Predicate<OriginRequest> cdn() {
        return r -> r.origin().equals("cdn");
    }

    /** The raw path contains that text. */
    public static Predicate<OriginRequest> path(String part) {
        return r -> r.path().contains(part);
    }

    /** A range was asked for. */
    public static Predicate<OriginRequest> range() {
        return r -> r.fields().has("Range");
    }
}
