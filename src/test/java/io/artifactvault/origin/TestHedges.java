package io.artifactvault.origin;

/** Hedges for the tests of other rooms. */
public final class TestHedges {
    private TestHedges() {}

    public static Hedges of(HedgeSettings settings) {
        return new Hedges(settings);
    }
}
