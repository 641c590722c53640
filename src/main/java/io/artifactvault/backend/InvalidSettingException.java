package io.artifactvault.backend;

/** A setting cannot be used. The message is for the operator: one line that says what is wrong and what to do, without secrets. */
public class InvalidSettingException extends Exception {
    private static final long serialVersionUID = 1L;

    public InvalidSettingException(String message) {
        super(message);
    }
}
