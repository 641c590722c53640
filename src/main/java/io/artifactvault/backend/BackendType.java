package io.artifactvault.backend;

import java.time.InstantSource;

/**
 * A kind of backend that the configuration can name: {@code type: huggingface}. An ecosystem's package has one, and the
 * composition root lists it; no other code knows the ecosystem.
 *
 * @param <S> the settings of its backends
 */
public interface BackendType<S extends BackendSettings> {
    /** The value of {@code type} in the configuration; also a backend's name if the configuration gives none. */
    String name();

    /** The settings of a backend for which the configuration gives only the type, as far as defaults exist. */
    S defaults();

    /**
     * Reads the section {@code config} of one backend; settings in it that this method does not read are refused
     * afterwards.
     *
     * @param name unique among backends
     * @throws InvalidSettingException for an invalid value
     */
    S read(String name, SettingsReader config) throws InvalidSettingException;

    /**
     * The backend that these settings describe.
     *
     * @param clock for values that expire in the backend, such as signed links
     */
    Backend open(S settings, InstantSource clock);
}
