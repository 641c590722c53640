package io.artifactvault.cache.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Cacheable;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.content.StoreException;
import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.upstream.UpstreamHead;
import io.artifactvault.http.Fields;
import io.artifactvault.origin.Hop;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.redirect.RedirectFollower.Arrival;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A fetch obeys the rulings on its responses, one after the other, until one settles it. */
@Timeout(60)
class FetchTest {
    private static final Ruling PASS = Ruling.Pass.with(Ruling.Effect.NONE);

    @TempDir
    private Path folder;

    private FillRig rig;

    @BeforeEach
    void open() throws IOException {
        rig = new FillRig(folder);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** Rules as it is told, and notes what is carried out. */
    private static final class Subject implements FetchSubject {
        private final CompletableFuture<FetchOutcome> outcome = new CompletableFuture<>();
        private final Deque<Ruling> rulings;
        private final List<String> done = new ArrayList<>();
        private boolean settles = true;
        private boolean storeFails;
        private int attempts;

        Subject(int attempts, Ruling... rulings) {
            this.attempts = attempts;
            this.rulings = new ArrayDeque<>(List.of(rulings));
        }

        @Override
        public String title() {
            return "content";
        }

        @Override
        public CompletableFuture<FetchOutcome> outcome() {
            return outcome;
        }

        @Override
        public Cacheable resource() {
            return new FillRig.Asked();
        }

        @Override
        public OriginRequest request() {
            return OriginRequest.get(FillRig.UPSTREAM);
        }

        @Override
        public boolean isEnough(List<Hop> hops) {
            return false;
        }

        @Override
        public void received(UpstreamHead head) {
            done.add("received " + head.status());
        }

        @Override
        public ResponseRules rules() {
            return _ -> rulings.remove();
        }

        private boolean carriedOut(String what) {
            done.add(what);
            return settles && outcome.complete(new FetchOutcome.StoredMeanwhile());
        }

        @Override
        public boolean confirm(Ruling.Confirm ruling, UpstreamHead head) {
            return carriedOut("confirm");
        }

        @Override
        public boolean keep(Ruling.Keep ruling, UpstreamHead head, Arrival arrival) {
            if (storeFails) {
                throw new StoreException(new IOException("no space"));
            }
            return carriedOut("keep");
        }

        @Override
        public boolean pass(Ruling.Pass ruling, UpstreamHead head, Arrival arrival) {
            return carriedOut("pass");
        }

        @Override
        public boolean refuse(Ruling.Refuse ruling, Arrival arrival) {
            return carriedOut("refuse");
        }

        @Override
        public boolean unavailable(Ruling.Unavailable ruling, Arrival arrival) {
            return carriedOut("unavailable");
        }

        @Override
        public void dropConditions() {
            done.add("unconditional");
        }

        @Override
        public void forgetStored() {
            done.add("forget");
        }

        @Override
        public boolean askAgain() {
            attempts--;
            return attempts > 0;
        }
    }

    private void fetch(Subject subject) throws Exception {
        var _ = rig.asTask(() -> {
            new Fetch(rig.engine(), subject).run();
            return true;
        });
    }

    @Test
    void aResponseIsRuledOnAndTheRulingIsCarriedOut() throws Exception {
        Subject subject = new Subject(2, PASS);
        fetch(subject);

        assertThat(subject.done).containsExactly("received 200", "pass");
        assertThat(rig.origin.asked()).hasSize(1);
    }

    @Test
    void eachRulingIsCarriedOutByItsOwnStep() throws Exception {
        Subject subject = new Subject(
                4,
                new Ruling.Confirm(Ruling.Audience.ALL),
                new Ruling.Keep.Shared(Optional.empty()),
                new Ruling.Refuse(Verdict.Kind.DENIED, Fields.EMPTY, true),
                new Ruling.Unavailable(Fields.EMPTY, Optional.empty()));
        subject.settles = false;
        fetch(subject);

        assertThat(subject.done.stream().filter(step -> !step.startsWith("received")))
                .containsExactly("confirm", "keep", "refuse", "unavailable");
    }

    @Test
    void aResponseOfNoUseIsFollowedByTheNextAttempt() throws Exception {
        Subject subject = new Subject(2, new Ruling.AskForAll(false), PASS);
        rig.origin.answering(416);
        fetch(subject);

        assertThat(subject.done).containsExactly("received 416", "unconditional", "received 200", "pass");
    }

    @Test
    void theStoredResponseIsForgottenBeforeAllIsAskedFor() throws Exception {
        Subject subject = new Subject(2, new Ruling.AskForAll(true), PASS);
        fetch(subject);

        assertThat(subject.done).containsExactly("received 200", "unconditional", "forget", "received 200", "pass");
    }

    @Test
    void aFetchEndsWithItsLastAttempt() throws Exception {
        Subject subject = new Subject(1, new Ruling.AskForAll(false));
        fetch(subject);

        assertThat(rig.origin.asked()).hasSize(1);
        assertThat(subject.outcome).isNotDone();
    }

    @Test
    void aResponseThatTheOriginDoesNotGiveFailsTheFetch() throws Exception {
        Subject subject = new Subject(2, new Ruling.Unavailable(Fields.EMPTY, Optional.of("a login page")));
        fetch(subject);

        assertThat(subject.outcome.join())
                .isInstanceOfSatisfying(
                        FetchOutcome.Failed.class,
                        failed -> assertThat(failed.cause().failure()).isEqualTo(OriginFailure.UNEXPECTED_ANSWER));
        assertThat(rig.origin.asked()).hasSize(1);
    }

    @Test
    void anOriginThatDoesNotAnswerFailsTheFetch() throws Exception {
        Subject subject = new Subject(2, PASS);
        rig.origin.failing(OriginFailure.CONNECT_TIMEOUT);
        fetch(subject);

        assertThat(subject.outcome.join()).isInstanceOf(FetchOutcome.Failed.class);
        assertThat(subject.done).isEmpty();
    }

    @Test
    void aStoreThatTakesNothingIsNotAFailureOfTheOrigin() throws Exception {
        Subject subject = new Subject(2, new Ruling.Keep.Shared(Optional.empty()));
        subject.storeFails = true;
        fetch(subject);

        assertThat(subject.outcome.join()).isEqualTo(new FetchOutcome.Unstorable());
    }
}
