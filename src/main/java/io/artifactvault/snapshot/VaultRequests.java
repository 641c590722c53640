package io.artifactvault.snapshot;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.Resolution;
import io.artifactvault.cache.Vault;
import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.Scan;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/**
 * Sends requests for one or several backends to the vault as a client would, and waits while the vault or upstream says to retry
 * later. Blocking; thread-safe.
 *
 * @param backends at least one; of several, the one with the longest prefix of a target's path is asked
 */
record VaultRequests(List<Backend> backends, Vault vault) {
    private static final String FAILED = "Could not fetch ";
    private static final String END = "; nothing was stored.";
    private static final String MESSAGE = "X-Error-Message";
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    private static final int MOST_WAITS = 10;

    /** Registries without an interface refuse it in one of these ways. */
    private static final Set<Integer> MISSING = Set.of(400, 401, 403, 404, 405, 406, 410);

    /** The response, which has status 200; the exception's message contains any other. The caller closes its body. */
    Answer ask(Request request, String title) throws SnapshotException, InterruptedException {
        return whole(patient(request), title);
    }

    private Answer patient(Request request) throws InterruptedException {
        Answer answer = answer(request);
        for (int i = 0; i < MOST_WAITS && isBusy(answer); i++) {
            answer.body().close();
            Thread.sleep(pause(answer));
            answer = answer(request);
        }
        return answer;
    }

    private static Answer whole(Answer answer, String title) throws SnapshotException {
        if (answer.status() == 200) {
            return answer;
        }
        answer.body().close();
        throw new SnapshotException(refusal(answer, title));
    }

    /**
     * The same for what upstream may not have; empty if it says so, or if it does not accept such a request at all.
     */
    Optional<Answer> find(Request request, String title) throws SnapshotException, InterruptedException {
        Answer answer = patient(request);
        if (MISSING.contains(answer.status())) {
            answer.body().close();
            return Optional.empty();
        }
        return Optional.of(whole(answer, title));
    }

    /** What a request asks for. No I/O. */
    Resolution resolve(Request request) {
        String path = request.target().path();
        return backends.stream()
                .filter(backend -> path.startsWith(backend.prefix()))
                .max(Comparator.comparingInt(backend -> backend.prefix().length()))
                .orElse(backends.getFirst())
                .resolve(request);
    }

    /** All of a response's body, which this closes; for JSON. */
    static byte[] body(Answer answer, String title) throws SnapshotException, InterruptedException {
        try {
            return BodyDrain.read(answer.body());
        } catch (IOException e) {
            throw new SnapshotException(
                    "Could not read upstream's response for " + title + ": " + e.getMessage() + ".");
        }
    }

    /**
     * Whether the response says to retry later: from the vault, whose places are taken, or from upstream, whose rate
     * limit is reached.
     */
    private static boolean isBusy(Answer answer) {
        return (answer.status() == 503 || answer.status() == 429)
                && answer.fields().has("Retry-After");
    }

    private static Duration pause(Answer answer) {
        String seconds = answer.fields().first("Retry-After").orElse("");
        Duration asked = Duration.ofSeconds(Scan.isNumber(seconds, 6) ? Long.parseLong(seconds) : 1);
        return asked.compareTo(LONGEST_WAIT) < 0 ? asked : LONGEST_WAIT;
    }

    private Answer answer(Request request) throws InterruptedException {
        try {
            return answer(resolve(request), request).toCompletableFuture().get();
        } catch (InterruptedException e) {
            // The job is cancelled, and its request with it.
            request.client().departure().gone();
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the vault reports failures as responses, not as exceptions", e);
        }
    }

    private CompletionStage<Answer> answer(Resolution resolution, Request request) {
        return switch (resolution) {
            case Resolution.Found(var resource) -> vault.answer(request, resource);
            case Resolution.After after ->
                vault.answer(request, after, new DecisionLog(""), then -> answer(then, request));
            case Resolution.Local(int status, Fields fields, byte[] _, String reason) ->
                CompletableFuture.completedFuture(local(status, fields, reason));
            case Resolution.Unread _ ->
                CompletableFuture.completedFuture(local(400, Fields.EMPTY, "The request needs content."));
        };
    }

    private static Answer local(int status, Fields fields, String reason) {
        Fields told = reason.isEmpty() ? fields : fields.with(MESSAGE, reason);
        return new Answer(status, told, new Body.None(), CacheStatus.local());
    }

    private static String refusal(Answer answer, String title) {
        String reason = answer.fields().first(MESSAGE).orElse("no reason given");
        return "Could not get " + title + " (" + answer.status() + "): " + cause(reason);
    }

    /** Without the surrounding text of the vault's own sentences: the job adds that once, for the snapshot. */
    private static String cause(String reason) {
        int colon = reason.startsWith(FAILED) ? reason.indexOf(": ") : -1;
        return colon >= 0 && reason.endsWith(END)
                ? reason.substring(colon + 2, reason.length() - END.length()) + "."
                : reason;
    }
}
