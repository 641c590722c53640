package io.artifactvault.app.cli;

import java.io.Console;

/** Whether the output goes to a terminal. */
final class Terminal {
    private Terminal() {}

    @SuppressWarnings("SystemConsoleNull") // JDK 22 to 24 never returned null; 25 does again when there is no terminal.
    static boolean isThere() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
