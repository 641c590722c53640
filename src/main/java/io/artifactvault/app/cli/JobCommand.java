package io.artifactvault.app.cli;

import io.artifactvault.app.remote.AdminClient;
import io.artifactvault.app.remote.JobText;
import io.artifactvault.app.remote.JobWatch;
import io.artifactvault.app.terminal.Terminal;
import io.artifactvault.config.ConfigException;
import io.artifactvault.http.Credential;
import io.artifactvault.snapshot.JobRequest;
import io.artifactvault.snapshot.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The common part of commands that start jobs in a running vault and wait for them. */
abstract class JobCommand implements Callable<Integer> {
    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "4",
            description = "The number of files to fetch concurrently, from 1 to " + JobRequest.MOST_PARALLEL
                    + "; the default is ${DEFAULT-VALUE}.")
    private int jobs = 4;

    @Mixin
    private Output output = new Output();

    /** The last word of the route, such as {@code warm}. */
    abstract String route();

    /** The body of each job's call, without the options that all jobs have. */
    abstract List<Map<String, Object>> wishes() throws ConfigException;

    /** The credential for requests to upstream. */
    Optional<Credential> credential() {
        return Optional.empty();
    }

    boolean isDryRun() {
        return false;
    }

    @Override
    public Integer call() throws ConfigException, IOException, InterruptedException {
        List<Map<String, Object>> orders = orders();
        AdminClient client = admin.client(credential());
        boolean bars = !output.isForMachines() && Terminal.isThere();
        try (JobWatch watch = new JobWatch(client, bars)) {
            for (Map<String, Object> order : orders) {
                watch.order(route(), order);
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

    /** The bodies of the calls that start the jobs. They are checked before the vault is contacted. */
    private List<Map<String, Object>> orders() throws ConfigException {
        if (jobs < 1 || jobs > JobRequest.MOST_PARALLEL) {
            throw new ConfigException(
                    "--jobs must be a whole number from 1 to " + JobRequest.MOST_PARALLEL + ", not " + jobs + ".");
        }
        return wishes().stream().map(this::order).toList();
    }

    private Map<String, Object> order(Map<String, Object> wish) {
        Map<String, Object> order = Json.of("jobs", jobs);
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
