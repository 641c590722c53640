package io.artifactvault.admin;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;

import io.artifactvault.server.Exchange;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The metrics for operators, in Prometheus format. Exchanges are recorded on event loops, upstream's responses on the
 * threads of tasks; read on admin threads. No label contains a path, a repository or a client, and a host only if it
 * reported a rate limit, so there are few series. Thread-safe.
 */
public final class Metrics implements Consumer<Exchange> {
    private record Kind(String backend, String outcome, int status) {}

    private record Counters(Counter requests, Counter bytes) {}

    private record Asked(boolean home, String result) {}

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<Kind, Counters> answers = new ConcurrentHashMap<>();
    private final Map<Asked, Counter> questions = new ConcurrentHashMap<>();
    private final Map<String, Counter> cuts = new ConcurrentHashMap<>();
    private final List<Runnable> refreshed = new CopyOnWriteArrayList<>();
    private final Counter fetched = Counter.builder("vault.upstream.received.bytes")
            .description("Bytes of bodies from upstream")
            .register(registry);

    @Override
    public void accept(Exchange exchange) {
        String outcome = exchange.cacheStatus().word().toLowerCase(Locale.ROOT);
        String backend = exchange.account().backend();
        Counters counters = answers.computeIfAbsent(new Kind(backend, outcome, exchange.status()), this::counters);
        counters.requests.increment();
        counters.bytes.increment((double) exchange.bytes());
        if (!exchange.whole()) {
            cuts.computeIfAbsent(backend, this::cut).increment();
        }
    }

    private Counters counters(Kind kind) {
        String[] tags = {"backend", kind.backend, "outcome", kind.outcome, "status", Integer.toString(kind.status)};
        return new Counters(
                Counter.builder("vault.requests")
                        .description("Responses to clients, by their source (the word of X-Cache in lower case)")
                        .tags(tags)
                        .register(registry),
                Counter.builder("vault.sent.bytes")
                        .description("Bytes of bodies sent to clients")
                        .tags(tags)
                        .register(registry));
    }

    private Counter cut(String backend) {
        return Counter.builder("vault.cut")
                .description("Responses that ended incomplete, because the client disconnected or upstream broke off")
                .tags("backend", backend)
                .register(registry);
    }

    /**
     * Counts a request to upstream.
     *
     * @param home whether sent to the configured address of a backend; otherwise to the target of a redirect
     * @param result the status, or the name of the failure in lower case
     */
    public void asked(boolean home, String result) {
        questions.computeIfAbsent(new Asked(home, result), this::question).increment();
    }

    private Counter question(Asked asked) {
        return Counter.builder("vault.upstream.requests")
                .description("Requests to upstream, by target and result")
                .tags("to", asked.home ? "backend" : "redirect", "result", asked.result)
                .register(registry);
    }

    /** Counts bytes of a body from upstream. */
    public void fetched(long bytes) {
        fetched.increment((double) bytes);
    }

    /** Registers a value that another object holds; read at each scrape, on an admin thread. */
    public <T> Metrics gauge(String name, String description, T of, ToDoubleFunction<T> value) {
        Gauge.builder(name, of, value)
                .description(description)
                .strongReference(true)
                .register(registry);
        return this;
    }

    /** Registers a monotonic counter that another object holds; tags are alternating names and values. */
    public <T> Metrics count(String name, String description, T of, ToDoubleFunction<T> value, String... tags) {
        FunctionCounter.builder(name, of, value)
                .description(description)
                .tags(tags)
                .register(registry);
        return this;
    }

    /**
     * The sum of all meters of that name, such as {@code vault.store.bytes}; 0 while there is none or it is unknown.
     */
    long value(String name) {
        return (long) registry.find(name).meters().stream()
                .mapToDouble(Metrics::value)
                .sum();
    }

    /** The sums of all meters of that name, one for each value of a label. */
    Map<String, Long> sums(String name, String label) {
        return registry.find(name).meters().stream()
                .collect(groupingBy(
                        meter -> Objects.requireNonNullElse(meter.getId().getTag(label), ""),
                        summingLong(meter -> (long) value(meter))));
    }

    private static double value(Meter meter) {
        return meter.measure().iterator().next().getValue();
    }

    /** One of several values under the same name; tags are alternating names and values. */
    public record Tagged(double value, String... tags) {}

    /** Registers values that appear and disappear with their tags; read at each scrape. */
    public Metrics gauges(String name, String description, Supplier<List<Tagged>> values) {
        MultiGauge gauge = MultiGauge.builder(name).description(description).register(registry);
        refreshed.add(
                () -> gauge.register(values.get().stream().map(Metrics::row).toList(), true));
        return this;
    }

    private static MultiGauge.Row<?> row(Tagged one) {
        return MultiGauge.Row.of(Tags.of(one.tags), one.value);
    }

    String scrape() {
        refreshed.forEach(Runnable::run);
        return registry.scrape();
    }
}
