package io.artifactvault.config;

import io.artifactvault.backend.InvalidSettingException;

/**
 * The configuration cannot be used. The message is the complete report for the operator: one line with the file, the
 * line, the error and the remedy; it never contains a token.
 */
public final class ConfigException extends InvalidSettingException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }
}
