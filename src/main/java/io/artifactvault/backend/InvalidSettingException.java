package io.artifactvault.backend;

/**
 * A setting is invalid. The message is for the operator: one line that states the error and the remedy, without
 * secrets.
 */
public class InvalidSettingException extends Exception {
    private static final long serialVersionUID = 1L;

    public InvalidSettingException(String message) {
        super(message);
    }
}
