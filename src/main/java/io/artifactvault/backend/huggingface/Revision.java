package io.artifactvault.backend.huggingface;

import java.util.regex.Pattern;

/** Tells commits, which never change, from branches, tags, refs and short ids, which may. */
final class Revision {
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    private Revision() {}

    static boolean isCommit(String revision) {
        return COMMIT.matcher(revision).matches();
    }
}
