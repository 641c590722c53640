package io.artifactvault.app.cli;

import io.artifactvault.config.ConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code vault unpin}: removes pins, so that a running vault may evict the content again. */
@Command(
        name = "unpin",
        description = "Remove pins: the pin of a commit, or all pins that were made under a branch or tag.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class)
final class UnpinCommand implements Callable<Integer> {
    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Mixin
    private RepositoryOptions repositories = new RepositoryOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws ConfigException, IOException, InterruptedException {
        AdminClient client = admin.client();
        PrintWriter out = spec.commandLine().getOut();
        for (Map<String, Object> wish : repositories.wishes()) {
            Map<String, Object> answer = client.post("/admin/unpin", wish);
            out.println(wish.get("repository") + ": " + answer.get("unpinned") + " unpinned");
        }
        out.flush();
        return 0;
    }
}
