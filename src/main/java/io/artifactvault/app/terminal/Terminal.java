package io.artifactvault.app.terminal;

import java.io.Console;

/** Detects whether the output goes to a terminal. */
public final class Terminal {
    private Terminal() {}

    @SuppressWarnings("SystemConsoleNull") // JDK 22 to 24 never return null; 25 does without a terminal.
    public static boolean isThere() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
