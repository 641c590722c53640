package io.artifactvault.app.doctor;

/**
 * The result of one check.
 *
 * @param subject the subject of the check
 * @param fact a sentence
 * @param remedy what to change; empty if nothing
 */
public record Finding(State state, String subject, String fact, String remedy) {
    /** The severity of a finding. */
    public enum State {
        OK,
        /** Downloads work, but not as well as they could, or not for all clients. */
        WARN,
        /** Downloads do not go through the vault. */
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
