package io.artifactvault.backend;

/**
 * A kind of backend that the configuration can name: {@code type: huggingface}. An ecosystem's package has one, and the
 * composition root lists it; nothing else knows the ecosystem.
 */
public interface BackendType {
    /** What {@code type} says in the configuration; also a backend's name where the configuration gives none. */
    String name();

    /** The settings of a backend of which the configuration says only the type, as far as there can be one. */
    BackendSettings defaults();

    /**
     * Reads the section {@code config} of one backend; every setting it does not ask for is refused afterwards.
     *
     * @param name unique among backends
     * @throws InvalidSettingException for a value that cannot be used
     */
    BackendSettings read(String name, SettingsReader config) throws InvalidSettingException;
}
