package io.artifactvault.app;

import io.artifactvault.config.ConfigException;
import io.artifactvault.snapshot.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vault pins}: lists what a running vault keeps for good. */
@Command(
        name = "pins",
        description = "List what is pinned in a running vault.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class PinsCommand implements Callable<Integer> {
    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Option(names = "--json", description = "For machines: one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws ConfigException, IOException, InterruptedException {
        Map<String, Object> answer = admin.client().get("/admin/pins");
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.text(answer));
        } else if (answer.get("pins") instanceof List<?> pins) {
            pins.forEach(pin -> out.println(line(pin)));
        }
        out.flush();
        return 0;
    }

    private static String line(Object pin) {
        return pin instanceof Map<?, ?> one
                ? "%s@%s  (%s)  %s contents"
                        .formatted(one.get("repository"), one.get("commit"), one.get("revision"), one.get("contents"))
                : "";
    }
}
