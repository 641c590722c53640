package io.artifactvault.app.cli;

import io.artifactvault.config.ConfigException;
import io.artifactvault.http.Credential;
import io.artifactvault.snapshot.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The common part of commands that start one job for each snapshot of a repository. */
abstract class RepositoryJobCommand extends JobCommand {
    @Mixin
    private RepositoryOptions repositories = new RepositoryOptions();

    @Option(
            names = "--include",
            paramLabel = "GLOB",
            description = "Select only files that match. Repeatable; * also matches slashes.")
    private List<String> include = List.of();

    @Option(names = "--exclude", paramLabel = "GLOB", description = "Leave out files that match. Repeatable.")
    private List<String> exclude = List.of();

    @Option(names = "--anonymous", description = "Send no token upstream, even if HF_TOKEN is set.")
    private boolean anonymous;

    @Override
    Optional<Credential> credential() {
        return anonymous ? Optional.empty() : AdminOptions.environment("HF_TOKEN");
    }

    @Override
    List<Map<String, Object>> wishes() throws ConfigException {
        return repositories.wishes().stream().map(this::selecting).toList();
    }

    private Map<String, Object> selecting(Map<String, Object> wish) {
        Map<String, Object> order = Json.of("include", include, "exclude", exclude);
        order.putAll(wish);
        return order;
    }
}
