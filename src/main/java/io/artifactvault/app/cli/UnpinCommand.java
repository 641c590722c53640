package io.artifactvault.app.cli;

import io.artifactvault.app.remote.AdminClient;
import io.artifactvault.app.terminal.VersionText;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vault unpin}: removes pins, so that a running vault may evict the content again. */
@Command(
        name = "unpin",
        description = "Remove pins: the pin of a commit, or all pins that were made under a branch or tag.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        subcommands = {UnpinCommand.PyPi.class, UnpinCommand.Oci.class})
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

    /** {@code vault unpin pypi}: the same for the files of a lock file, by the name that {@code --pin} gave them. */
    @Command(
            name = "pypi",
            description = "Remove the pins of the files of lock files, by the names under which they were pinned.",
            mixinStandardHelpOptions = true,
            versionProvider = VersionText.class)
    static final class PyPi extends OfLists {
        @Override
        String ecosystem() {
            return "pypi";
        }
    }

    /** {@code vault unpin oci}: the same for images, by the name that {@code --pin} gave them. */
    @Command(
            name = ImageOptions.COMMAND,
            description = "Remove the pins of images, by the names under which they were pinned.",
            mixinStandardHelpOptions = true,
            versionProvider = VersionText.class)
    static final class Oci extends OfLists {
        @Override
        String ecosystem() {
            return ImageOptions.COMMAND;
        }
    }

    /** The common part of commands that remove the pins of lists. */
    abstract static class OfLists implements Callable<Integer> {
        @Mixin
        private AdminOptions admin = new AdminOptions();

        @Parameters(paramLabel = "NAME", arity = "1..*", description = "The name that --pin gave to the files.")
        private List<String> names = List.of();

        @Option(names = "--backend", paramLabel = "NAME", description = "The backend for which they were pinned.")
        private String backend = "";

        @Spec
        private CommandSpec spec = CommandSpec.create();

        abstract String ecosystem();

        @Override
        public Integer call() throws ConfigException, IOException, InterruptedException {
            AdminClient client = admin.client();
            PrintWriter out = spec.commandLine().getOut();
            for (String name : names) {
                Map<String, Object> answer = client.post(
                        "/admin/unpin", Json.of("backend", backend, "ecosystem", ecosystem(), "list", name));
                out.println(name + ": " + answer.get("unpinned") + " unpinned");
            }
            out.flush();
            return 0;
        }
    }
}
