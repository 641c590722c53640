package io.artifactvault.backend;

/**
 * A kind of backend that the configuration can name: {@code type: huggingface}. An ecosystem's package has one, and the
 * composition root lists it; no other code knows the ecosystem.
 */
public interface BackendType {
    /** The value of {@code type} in the configuration; also a backend's name if the configuration gives none. */
    String name();

    /** The settings of a backend for which the configuration gives only the type, as far as defaults exist. */
    BackendSettings defaults();

    /**
     * Reads the section {@code config} of one backend; every setting that it does not read is refused afterwards.
     *
     * @param name unique among backends
     * @throws InvalidSettingException for an invalid value
     */
    BackendSettings read(String name, SettingsReader config) throws InvalidSettingException;
}
