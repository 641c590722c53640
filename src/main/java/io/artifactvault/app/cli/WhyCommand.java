package io.artifactvault.app.cli;

import io.artifactvault.app.terminal.VersionText;
import io.artifactvault.config.ConfigException;
import io.artifactvault.origin.OriginFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code vault why}: has a running vault explain one of its responses. */
@Command(
        name = "why",
        description = "Explain a recent response of a running vault.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class)
final class WhyCommand implements Callable<Integer> {
    /** Failures with which the vault decided to send no request. */
    private static final Set<OriginFailure> NOT_SENT = EnumSet.of(
            OriginFailure.CIRCUIT_OPEN, OriginFailure.RATE_LIMITED, OriginFailure.RATE_SHORT, OriginFailure.OFFLINE);

    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Parameters(
            paramLabel = "ID",
            description = "The X-Request-Id of the response, which is also the first word of its access line.")
    private String id = "";

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws ConfigException, IOException, InterruptedException {
        if (!id.matches("[0-9A-Za-z-]{1,64}")) {
            throw new ConfigException("\"" + id + "\" is not a request id; pass the X-Request-Id of a response.");
        }
        Map<String, Object> why = admin.client().get("/admin/why/" + id);
        output.write(() -> why, out -> why.forEach((name, value) -> tell(out, name, value)));
        return 0;
    }

    private static String text(Object step) {
        if (!(step instanceof Map<?, ?> one)) {
            return String.valueOf(step);
        }
        return one.get("failure") instanceof String failure
                ? failed(failure)
                : one.get("host") + " responded " + one.get("status") + " in " + one.get("took_ms") + " ms";
    }

    /** The sentence for a failure. A vault of another version may have other names for failures. */
    private static String failed(String name) {
        return Arrays.stream(OriginFailure.values())
                .filter(failure -> failure.name().equals(name))
                .findFirst()
                .map(failure -> (NOT_SENT.contains(failure) ? "not sent: " : "failed: ") + failure.sentence() + " ("
                        + name + ")")
                .orElse("failed: " + name);
    }

    private static void tell(PrintWriter out, String name, Object value) {
        if (value instanceof List<?> steps) {
            steps.forEach(step -> out.printf("%-13s %s%n", name, text(step)));
        } else {
            out.printf("%-13s %s%n", name, value);
        }
    }
}
