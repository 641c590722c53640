package io.artifactvault.testhub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The standard test Hub as a program, for the demo and for clients in other languages. Serves until its standard input closes
 * or the process is told to end. Its control routes tell what was asked and change it.
 */
public final class DemoHub {
    private static final long HUGE_SEED = 300;

    private final TestHub hub;

    private DemoHub(TestHub hub) {
        this.hub = hub;
    }

    /**
     * Options: {@code --hub-port N}, {@code --cdn-port N}; 0 (the default) is any free port. {@code --huge BYTES} adds
     * acme/huge with one file, huge.bin, of that length, and acme/quant-huge with huge-Q4_K_M.gguf of the same. {@code --table
     * FILE} adds the data set acme/table, which holds that file as data/train.parquet. With {@code --bench N} it holds the files
     * of the benchmarks, for N rounds of them, in place of the standard set.
     */
    public static void main(String[] args) throws IOException {
        int hubPort = Math.toIntExact(number(args, "--hub-port"));
        int cdnPort = Math.toIntExact(number(args, "--cdn-port"));
        int benchRounds = Math.toIntExact(number(args, "--bench"));
        try (TestHub hub = TestHub.empty(hubPort, cdnPort)) {
            if (benchRounds > 0) {
                BenchSet.fill(hub, benchRounds);
            } else {
                StandardSet.fill(hub);
            }
            DemoHub demo = new DemoHub(hub);
            demo.addHuge(number(args, "--huge"));
            demo.addTable(text(args, "--table"));
            hub.control(demo::answer);
            demo.introduce();
            awaitEndOfInput();
        }
    }

    private void addHuge(long length) {
        if (length > 0) {
            hub.repo("models", "acme/huge").lfs("huge.bin", Content.generated(length, HUGE_SEED));
            hub.repo("models", "acme/quant-huge").lfs("huge-Q4_K_M.gguf", Content.generated(length, HUGE_SEED + 1));
        }
    }

    private void addTable(String file) throws IOException {
        if (!file.isEmpty()) {
            hub.repo("datasets", "acme/table")
                    .file(".gitattributes", "*.parquet filter=lfs diff=lfs merge=lfs -text\n")
                    .file("README.md", "# A large table\n")
                    .lfs("data/train.parquet", Files.readAllBytes(Path.of(file)));
        }
    }

    private void introduce() {
        System.out.println("hub: " + hub.base());
        System.out.println("cdn: " + hub.cdn().base());
        System.out.println("cas: " + hub.cas().base());
        hub.repositories().forEach(r -> System.out.println("repository: " + r.type() + "/" + r.id() + " " + r.sha()));
        System.out.println("token of alice: " + StandardSet.ALICE_TOKEN);
        System.out.println("token of bob: " + StandardSet.BOB_TOKEN);
        System.out.flush();
    }

    private void answer(OriginRequest request, OriginReply reply) throws IOException {
        switch (request.method() + " " + request.path()) {
            case "GET /_control/stats" -> json(reply, stats());
            case "POST /_control/reset" -> {
                hub.reset();
                json(reply, "{}");
            }
            case "POST /_control/push" -> push(Query.parse(request.query()), reply);
            default -> json(reply.status(404), "{\"error\":\"No such control\"}");
        }
    }

    /** Pushes a change of one regular file to {@code repo=[type/]namespace/name}. */
    private void push(Query query, OriginReply reply) throws IOException {
        String name = query.first("repo").orElse("");
        List<String> segments = Arrays.asList(name.split("/", -1));
        String key = segments.size() == 2 ? "models/" + name : name;
        var found = hub.repositories().stream()
                .filter(r -> key.equals(r.type() + "/" + r.id()))
                .findFirst();
        if (found.isEmpty()) {
            json(reply.status(404), "{\"error\":\"No such repository\"}");
            return;
        }
        HubRepository repository = found.get();
        String path = query.first("path").orElse("pushed.txt");
        String text = query.first("text").orElse("Pushed on top of " + repository.sha() + "\n");
        json(reply, "{\"sha\":\"" + repository.file(path, text).push() + "\"}");
    }

    private String stats() {
        long authorized =
                hub.cdn().requests(r -> r.fields().has("Authorization")).size();
        return String.format(
                Locale.ROOT,
                "{\"requests\":%d,\"contentBytes\":%d,\"cdnRequests\":%d,\"casRequests\":%d,\"cdnAuthorization\":%d}",
                hub.hub().requests(DemoHub::isCounted).size(),
                hub.originBodyBytes(),
                hub.cdn().requests().size(),
                hub.cas().requests().size(),
                authorized);
    }

    private static boolean isCounted(OriginRequest request) {
        return !request.path().startsWith("/_control/");
    }

    private static void json(OriginReply reply, String body) throws IOException {
        reply.field("Content-Type", "application/json").answer(body);
    }

    private static long number(String[] args, String option) {
        String text = text(args, option);
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }

    private static String text(String[] args, String option) {
        int at = Arrays.asList(args).indexOf(option);
        return at < 0 || at + 1 >= args.length ? "" : args[at + 1];
    }

    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {
            // What is typed means nothing; only the end does.
        }
    }
}
