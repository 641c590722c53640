package io.artifactvault.snapshot;

import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.backend.SnapshotName;
import io.artifactvault.backend.Snapshots;
import io.artifactvault.cache.Vault;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.http.Request;
import io.artifactvault.http.Scan;
import io.artifactvault.http.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.LongConsumer;

/**
 * Requests snapshots through the vault exactly as a client would, so that the same access checks, request collapsing
 * and verification apply. Blocking; thread-safe.
 */
record SnapshotSource(KnownSnapshots known, Vault vault) {
    private static final String FAILED = "Could not fetch ";
    private static final String END = "; nothing was stored.";
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    private static final int MOST_WAITS = 10;

    /** The snapshot at the current commit of its revision. */
    SnapshotName fixed(SnapshotName name) throws SnapshotException, InterruptedException {
        Snapshots.Response told = response(known.snapshots().revision(name), name.toString());
        return name.at(known.commit(name, told));
    }

    /** Ensures that the response for the commit itself is stored. */
    void askForRevision(SnapshotName name) throws SnapshotException, InterruptedException {
        response(known.snapshots().revision(name), name.toString());
    }

    FileListing listing(SnapshotName at) throws SnapshotException, InterruptedException {
        KnownSnapshots.Pages pages = known.new Pages(at);
        for (Optional<Target> page = pages.first(); page.isPresent(); ) {
            page = pages.add(page.get(), response(page.get(), at.toString()));
        }
        return pages.listing();
    }

    /**
     * Requests a file and waits until it has arrived; if upstream refuses the file, the exception's message says why.
     */
    void fetch(SnapshotName at, SnapshotFile file, LongConsumer moved)
            throws SnapshotException, IOException, InterruptedException {
        Answer answer = ask(known.target(at, file), file.path());
        BodyDrain.follow(answer.body(), moved);
    }

    private Snapshots.Response response(Target target, String title) throws SnapshotException, InterruptedException {
        Answer answer = ask(target, title);
        return new Snapshots.Response(answer.fields(), body(answer, title));
    }

    private static byte[] body(Answer answer, String title) throws SnapshotException, InterruptedException {
        try {
            return BodyDrain.read(answer.body());
        } catch (IOException e) {
            throw new SnapshotException(
                    "Could not read upstream's response for " + title + ": " + e.getMessage() + ".");
        }
    }

    private Answer ask(Target target, String title) throws SnapshotException, InterruptedException {
        Answer answer = answer(target);
        for (int i = 0; i < MOST_WAITS && isBusy(answer); i++) {
            answer.body().close();
            Thread.sleep(pause(answer));
            answer = answer(target);
        }
        if (answer.status() == 200) {
            return answer;
        }
        answer.body().close();
        throw new SnapshotException(refusal(answer, title));
    }

    /**
     * Whether the response says to retry later: either the vault has no free places, or upstream's rate limit is
     * reached.
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

    private Answer answer(Target target) throws SnapshotException, InterruptedException {
        Request request = known.request(target);
        try {
            return vault.answer(request, known.resource(target)).get();
        } catch (InterruptedException e) {
            // The job was cancelled, and its request with it.
            request.client().departure().gone();
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the vault reports failures as responses, not as exceptions", e);
        }
    }

    private static String refusal(Answer answer, String title) {
        String reason = answer.fields().first("X-Error-Message").orElse("no reason given");
        return "Could not get " + title + " (" + answer.status() + "): " + cause(reason);
    }

    /**
     * The reason without the beginning and end of the vault's own sentences, which the job adds once for the whole
     * snapshot.
     */
    private static String cause(String reason) {
        int colon = reason.startsWith(FAILED) ? reason.indexOf(": ") : -1;
        return colon >= 0 && reason.endsWith(END)
                ? reason.substring(colon + 2, reason.length() - END.length()) + "."
                : reason;
    }
}
