package io.artifactvault.proofs;

import java.util.Locale;

/**
 * One measured promise of a part of the proof.
 *
 * @param text what was measured, with its bound
 */
record OutageRow(boolean holds, String text) {
    @SuppressWarnings("AnnotateFormatMethod")
    static OutageRow of(boolean holds, String format, Object... values) {
        return new OutageRow(holds, String.format(Locale.ROOT, format, values));
    }
}
