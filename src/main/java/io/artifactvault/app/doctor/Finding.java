package io.artifactvault.app.doctor;

/**
 * What one look has shown.
 *
 * @param subject what was looked at
 * @param fact a sentence
 * @param remedy what to change; empty when nothing
 */
public record Finding(State state, String subject, String fact, String remedy) {
    /** How bad it is. */
    public enum State {
        OK,
        /** It works, but not as well, or not for all clients. */
        WARN,
        /** Downloads do not pass the vault. */
        FAIL
    }

    static Finding ok(String subject, String fact) {
        return new Finding(State.OK, subject, fact, "");
    }

    static Finding warn(String subject, String fact, String remedy) {
        return new Finding(State.WARN, subject, fact, remedy);
    }

    static Finding fail(String subject, String fact, String remedy) {
        return new Finding(State.FAIL, subject, fact, remedy);
    }
}
