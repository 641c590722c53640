package io.artifactvault.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.Errors;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.server.Health;
import io.artifactvault.server.Responder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page for browsers: it identifies the vault, shows how to point clients at it, how full it is and how much it
 * saves. Open to all clients, so it names no file, repository, upstream or caller, runs no script and loads nothing.
 * Called on event loops; never waits there.
 */
public final class StatusPage implements Responder {
    private static final Pattern PLACE = Pattern.compile("\\$\\{(\\w+)}");
    private static final String STYLE = resource("status.css");
    private static final String PAGE = resource("status.html");

    /** The Content-Security-Policy, which allows only the page's own style sheet, and no frames. */
    private static final String POLICY = "default-src 'none'; style-src 'sha256-" + sha256(STYLE)
            + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final List<StatusMount> mounts;
    private final Instant started;
    private final Supplier<Boolean> inTrouble;
    private final Recent<StatusFigures> figures;

    /** {@code inTrouble} returns whether nothing can be stored now; it is called on event loops. */
    public StatusPage(List<StatusMount> mounts, Instant started, Supplier<Boolean> inTrouble, Metrics metrics) {
        this.mounts = List.copyOf(mounts);
        this.started = started.truncatedTo(ChronoUnit.SECONDS);
        this.inTrouble = inTrouble;
        this.figures = new Recent<>("status", () -> StatusFigures.of(metrics));
    }

    @Override
    public CompletionStage<Answer> respond(Request request) {
        return respond(request, request.base());
    }

    /** Responds to a caller that is not a client; {@code base} is the address at which clients reach the vault. */
    public CompletionStage<Answer> respond(Request request, String base) {
        return figures.value().thenApply(now -> request.isRead() ? answer(page(base, now)) : notRead());
    }

    private static Answer notRead() {
        return Errors.answer(405, "This page supports GET and HEAD only.", CacheStatus.local());
    }

    private static Answer answer(String page) {
        byte[] body = page.getBytes(UTF_8);
        Fields fields = Fields.of(
                "Content-Type", "text/html; charset=utf-8",
                "Content-Length", Integer.toString(body.length),
                "Content-Security-Policy", POLICY,
                "X-Content-Type-Options", "nosniff",
                "Referrer-Policy", "no-referrer",
                "Cache-Control", "no-store");
        return new Answer(200, fields, new Body.Bytes(body), CacheStatus.local());
    }

    private String page(String base, StatusFigures now) {
        return filled(Map.of(
                "style", STYLE,
                "version",
                        text(Health.version()
                                .map(version -> "Version " + version)
                                .orElse("Not packaged")),
                "started", text(started.toString()),
                "health", health(),
                "mounts", mounts.stream().map(mount -> mount(mount, base)).collect(joining("\n")),
                "percent", Long.toString(now.percentStored()),
                "stored", Bytes.text(now.storedBytes()),
                "limit", Bytes.text(now.limitBytes()),
                "files", Long.toString(now.files()),
                "figures", figures(now)));
    }

    private static String filled(Map<String, String> values) {
        return PLACE.matcher(PAGE)
                .replaceAll(place -> Matcher.quoteReplacement(Objects.requireNonNull(values.get(place.group(1)))));
    }

    private String health() {
        return inTrouble.get()
                ? "<p class=\"bad\">Serving, but unable to store new content; see <code>/readyz</code> on the admin port.</p>"
                : "<p class=\"good\">Ready.</p>";
    }

    private static String mount(StatusMount mount, String base) {
        return mount.addresses(base).stream()
                .map(address -> mount.variable().isEmpty() ? address : "export " + mount.variable() + "=" + address)
                .map(line -> "<p>" + text(mount.name()) + "</p>\n<code class=\"point\">" + text(line) + "</code>")
                .collect(joining("\n"));
    }

    private static String figures(StatusFigures now) {
        return row("Served from the store", now.hitRatio())
                + row("Hits", now.count("hit"))
                + row("Revalidated", now.count("revalidated"))
                + row("Stale", now.count("stale"))
                + row("Misses", now.count("miss"))
                + row("Passed through", now.count("pass"))
                + row("Sent to clients", Bytes.text(now.sent()))
                + row("Fetched from upstream", Bytes.text(now.received()))
                + row("Responses in progress", now.clients());
    }

    private static String row(String name, Object value) {
        return "<tr><th scope=\"row\">" + name + "</th><td class=\"number\">" + value + "</td></tr>\n";
    }

    /** Escapes text for HTML; the host of {@code base}, for example, comes from the client. */
    private static String text(String raw) {
        return raw.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(StatusPage.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java has SHA-256", e);
        }
    }
}
