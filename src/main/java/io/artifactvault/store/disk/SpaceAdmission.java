package io.artifactvault.store.disk;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides whether fills may use more disk space. Called by writers on their threads, which may wait while eviction
 * makes room.
 */
public interface SpaceAdmission {
    /** Admits everything, and counts. */
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
     * Before content is begun.
     *
     * @param length complete length in bytes, when known
     * @param inParts whether parts of it are of use, so that it may be begun though all of it would be too much
     * @throws NoRoomException when it could not be stored as a whole
     */
    void begin(OptionalLong length, boolean inParts) throws NoRoomException;

    /**
     * Before a fill takes that many bytes more; they count as taken when this returns.
     *
     * @param length complete length in bytes, when known
     * @param object how many bytes that fill will have taken then
     * @throws NoRoomException when they cannot be had; nothing counts as taken then
     */
    void more(OptionalLong length, long object, long bytes) throws NoRoomException;

    /** Why nothing more is admitted though the store may take more; memory only. */
    Optional<String> trouble();
}
