package io.artifactvault.proofs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Commands of the operating system. */
final class Shell {
    private Shell() {}

    /** Runs a command that says little, and answers what it said. */
    static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + ": " + said);
        }
        return said;
    }

    static boolean isRoot() throws IOException, InterruptedException {
        return run("id", "-u").equals("0");
    }
}
