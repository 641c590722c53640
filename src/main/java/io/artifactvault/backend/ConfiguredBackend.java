package io.artifactvault.backend;

import java.time.InstantSource;

/**
 * One backend of the configuration: its settings, and the type that read them and opens it. Immutable; equal if both
 * settings and type are equal.
 */
public record ConfiguredBackend<S extends BackendSettings>(BackendType<S> type, S settings) {
    /** @param clock for values that expire in the backend, such as signed links */
    public Backend open(InstantSource clock) {
        return type.open(settings, clock);
    }
}
