package io.artifactvault.backend.huggingface.route;

/** Distinguishes commits, which never change, from branches, tags, refs and short ids, which may change. */
public final class Revision {
    private static final int COMMIT_LENGTH = 40;

    private Revision() {}

    public static boolean isCommit(String revision) {
        if (revision.length() != COMMIT_LENGTH) {
            return false;
        }
        for (int i = 0; i < COMMIT_LENGTH; i++) {
            char c = revision.charAt(i);
            if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }
}
