package io.artifactvault.testhub;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** git over smart HTTP, protocol 0: clones of what a repository's references point at, without history; and pushes. */
final class HubGit {
    private static final Pattern WANT = Pattern.compile("want ([0-9a-f]{40})");

    private static final Pattern PUSH = Pattern.compile("[0-9a-f]{40} [0-9a-f]{40} refs/heads/([^\\s\0]+)");

    private HubGit() {}

    static void answer(HubExchange exchange, HubRepository repository, String service) throws IOException {
        switch (service) {
            case "info/refs" -> advertise(exchange, repository);
            case "git-receive-pack" -> receive(exchange, repository);
            default -> upload(exchange, repository);
        }
    }

    /** Takes any pack for what the test has staged, and commits that to the branch. */
    private static void receive(HubExchange exchange, HubRepository repository) throws IOException {
        Matcher command = PUSH.matcher(question(exchange.request()));
        if (!command.find()) {
            throw HubError.badRequest("There is no command in this push").refusal();
        }
        repository.push(command.group(1));
        exchange.reply()
                .field("Content-Type", "application/x-git-receive-pack-result")
                .field("Cache-Control", "no-cache")
                .answer(line("unpack ok\n") + line("ok refs/heads/" + command.group(1) + "\n") + "0000");
    }

    private static void advertise(HubExchange exchange, HubRepository repository) throws IOException {
        Map<String, String> refs = new TreeMap<>();
        for (Map.Entry<String, String> ref : repository.refs().entrySet()) {
            refs.put(
                    ref.getKey(),
                    new GitObjects().add(repository.commit(ref.getValue()).orElseThrow()));
        }
        StringBuilder lines = new StringBuilder(line("# service=git-upload-pack\n") + "0000");
        lines.append(line(refs.get("refs/heads/main") + " HEAD\0symref=HEAD:refs/heads/main agent=testhub\n"));
        refs.forEach((name, id) -> lines.append(line(id + " " + name + "\n")));
        exchange.reply()
                .field("Content-Type", "application/x-git-upload-pack-advertisement")
                .field("Cache-Control", "no-cache")
                .answer(lines + "0000");
    }

    private static void upload(HubExchange exchange, HubRepository repository) throws IOException {
        Map<String, HubCommit> known = new LinkedHashMap<>();
        for (String sha : repository.refs().values()) {
            HubCommit commit = repository.commit(sha).orElseThrow();
            known.put(new GitObjects().add(commit), commit);
        }
        GitObjects wanted = new GitObjects();
        Matcher wants = WANT.matcher(question(exchange.request()));
        while (wants.find()) {
            wanted.add(Objects.requireNonNull(known.get(wants.group(1)), "an object that was not offered"));
        }
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        answer.writeBytes("0008NAK\n".getBytes(StandardCharsets.US_ASCII));
        answer.writeBytes(wanted.pack());
        exchange.reply()
                .field("Content-Type", "application/x-git-upload-pack-result")
                .field("Cache-Control", "no-cache")
                .answer(answer.toByteArray());
    }

    private static String question(OriginRequest request) throws IOException {
        boolean packed =
                request.field("Content-Encoding").filter("gzip"::equals).isPresent();
        byte[] body =
                packed ? new GZIPInputStream(new ByteArrayInputStream(request.body())).readAllBytes() : request.body();
        return new String(body, StandardCharsets.UTF_8);
    }

    private static String line(String text) {
        return String.format(Locale.ROOT, "%04x%s", text.length() + 4, text);
    }
}
