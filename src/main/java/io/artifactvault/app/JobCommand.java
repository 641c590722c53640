package io.artifactvault.app;

import io.artifactvault.config.ConfigException;
import io.artifactvault.snapshot.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands have in common that order jobs from a running vault, one for each snapshot, and wait for them. */
abstract class JobCommand implements Callable<Integer> {
    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Mixin
    private RepositoryOptions repositories = new RepositoryOptions();

    @Option(
            names = "--include",
            paramLabel = "GLOB",
            description = "Only files that match; may be given several times. * also matches slashes.")
    private List<String> include = List.of();

    @Option(names = "--exclude", paramLabel = "GLOB", description = "No files that match; may be given several times.")
    private List<String> exclude = List.of();

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "4",
            description = "Files at once, from 1 to 32; the default is ${DEFAULT-VALUE}.")
    private int jobs = 4;

    @Mixin
    private Output output = new Output();

    /** The last word of the route, such as {@code warm}. */
    abstract String route();

    boolean isDryRun() {
        return false;
    }

    @Override
    public Integer call() throws ConfigException, IOException, InterruptedException {
        AdminClient client = admin.client();
        try (JobWatch watch = new JobWatch(client, !output.isForMachines())) {
            for (Map<String, Object> wish : repositories.wishes()) {
                watch.order(route(), order(wish));
            }
            List<Map<String, Object>> over = new ArrayList<>();
            while (watch.isWaiting()) {
                Map<String, Object> job = watch.next();
                over.add(job);
                tell(job);
            }
            return end(over);
        }
    }

    private Map<String, Object> order(Map<String, Object> wish) {
        Map<String, Object> order = Json.of("include", include, "exclude", exclude, "jobs", jobs);
        order.putAll(wish);
        if (isDryRun()) {
            order.put("dry_run", true);
        }
        return order;
    }

    private void tell(Map<String, Object> job) {
        if (!output.isForMachines()) {
            output.print(out -> JobText.lines(job).forEach(out::println));
        }
    }

    private int end(List<Map<String, Object>> over) {
        output.write(() -> Json.of("jobs", over), _ -> {});
        boolean good =
                over.stream().allMatch(job -> job.getOrDefault("state", "").equals("done"));
        return good ? 0 : Main.FAILURE;
    }
}
