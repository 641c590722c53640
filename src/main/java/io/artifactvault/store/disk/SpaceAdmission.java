package io.artifactvault.store.disk;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides whether fills may use more disk space. Called by writers on their threads, which may wait while eviction
 * makes room.
 */
public interface SpaceAdmission {
    /** An admission that admits everything and only counts. */
    static SpaceAdmission of(Usage usage) {
        return new SpaceAdmission() {
            @Override
            public void begin(OptionalLong length, boolean inParts) {}

            @Override
            public void more(OptionalLong length, long object, long bytes) {
                usage.run(bytes);
            }

            @Override
            public Optional<String> trouble() {
                return Optional.empty();
            }
        };
    }

    /**
     * Called before a fill begins.
     *
     * @param length complete length in bytes, when known
     * @param inParts whether a part of the content is useful, so that the fill may begin although the whole content
     *     would be too large
     * @throws NoRoomException when it could not be stored as a whole
     */
    void begin(OptionalLong length, boolean inParts) throws NoRoomException;

    /**
     * Called before a fill uses that many more bytes; they count as used from then on.
     *
     * @param length complete length in bytes, when known
     * @param object the total number of bytes that the fill then uses
     * @throws NoRoomException when they are not available; no bytes count as used then
     */
    void more(OptionalLong length, long object, long bytes) throws NoRoomException;

    /**
     * A sentence for the operator that says why no fill is admitted although the store's limit would allow it. Memory
     * only.
     */
    Optional<String> trouble();
}
