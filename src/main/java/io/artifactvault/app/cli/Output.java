package io.artifactvault.app.cli;

import io.artifactvault.snapshot.Json;
import java.io.PrintWriter;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The output of a command: lines for people, or JSON for programs with {@code --json}. */
final class Output {
    @Option(names = "--json", description = "Print one JSON object, for programs.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    boolean isForMachines() {
        return json;
    }

    /** Writes JSON or lines, depending on the option. */
    void write(Supplier<Map<String, Object>> forMachines, Consumer<PrintWriter> forPeople) {
        if (json) {
            print(out -> out.println(Json.text(forMachines.get())));
        } else {
            print(forPeople);
        }
    }

    /** Writes lines regardless of the option. */
    void print(Consumer<PrintWriter> lines) {
        PrintWriter out = spec.commandLine().getOut();
        lines.accept(out);
        out.flush();
    }
}
