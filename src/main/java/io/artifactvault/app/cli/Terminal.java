package io.artifactvault.app.cli;

import java.io.Console;

/** Detects whether the output goes to a terminal. */
final class Terminal {
    private Terminal() {}

    @SuppressWarnings("SystemConsoleNull") // JDK 22 to 24 never return null; 25 does without a terminal.
    static boolean isThere() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
