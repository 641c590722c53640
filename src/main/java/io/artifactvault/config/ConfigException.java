package io.artifactvault.config;

import io.artifactvault.backend.InvalidSettingException;

/**
 * The configuration cannot be used. The message is the whole report for the operator: one line with file, line, what is
 * wrong and what to do; it never holds a token.
 */
public final class ConfigException extends InvalidSettingException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }
}
