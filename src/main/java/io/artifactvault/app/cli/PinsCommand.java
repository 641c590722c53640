package io.artifactvault.app.cli;

import io.artifactvault.app.terminal.VersionText;
import io.artifactvault.config.ConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code vault pins}: lists the pins of a running vault. */
@Command(
        name = "pins",
        description = "List the pins of a running vault.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class)
final class PinsCommand implements Callable<Integer> {
    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws ConfigException, IOException, InterruptedException {
        Map<String, Object> answer = admin.client().get("/admin/pins");
        List<?> pins = answer.get("pins") instanceof List<?> list ? list : List.of();
        output.write(() -> answer, out -> write(out, pins));
        return 0;
    }

    private static void write(PrintWriter out, List<?> pins) {
        if (pins.isEmpty()) {
            out.println("Nothing is pinned.");
        }
        pins.forEach(pin -> out.println(line(pin)));
    }

    private static String line(Object pin) {
        return pin instanceof Map<?, ?> one
                ? "%s@%s  %s%s blobs"
                        .formatted(
                                one.get("repository"),
                                one.get("commit"),
                                "".equals(one.get("revision")) ? "" : "(" + one.get("revision") + ")  ",
                                one.get("contents"))
                : "";
    }
}
