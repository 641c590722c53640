package io.artifactvault.cache.fetch;

import static io.artifactvault.cache.fill.FillRig.CONTENT;
import static io.artifactvault.cache.fill.FillRig.SHA256;
import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.fixtures.TestClock;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.store.blob.BlobWriter;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.EntryBuilder;
import io.artifactvault.store.index.PointerValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one upstream response leaves in the index and among the grants, and what it must not. */
@Timeout(60)
class EcosystemFilingTest {
    private static final Duration TTL = Duration.ofMinutes(5);
    private static final Caller CALLER = new Caller("caller");
    private static final Caller OTHER = new Caller("other");
    private static final File MAIN = new File("main");

    @TempDir
    private Path folder;

    private final TestClock clock = new TestClock();
    private final Instant askedAt = clock.instant();
    private FillRig rig;
    private Engine engine;

    @BeforeEach
    void open() throws IOException {
        rig = new FillRig(folder);
        engine = rig.engine(clock, 0);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** A file of a repository at a revision: a branch, or the commit that a response names. */
    private record File(String revision) implements Resource {
        static AccessScope scope(String state) {
            return new AccessScope("repository", state, true, TTL);
        }

        @Override
        public String title() {
            return "file at " + revision;
        }

        @Override
        public String key() {
            return "file@" + revision;
        }

        @Override
        public Lifetime lifetime() {
            return Lifetime.FOREVER;
        }

        @Override
        public Optional<Name> name() {
            return revision.equals("main") ? Optional.of(new Name("branch main", TTL)) : Optional.empty();
        }

        @Override
        public Resource at(String value) {
            return new File(value);
        }

        @Override
        public Optional<String> pointsTo(Fields stored) {
            return stored.first("Commit");
        }

        @Override
        public Optional<AccessScope> scope() {
            return Optional.of(scope(revision));
        }

        @Override
        public List<Openness> openness(Fields stored) {
            return stored.first("Gated").stream()
                    .map(gated -> new Openness(new AccessScope("gate", TTL), gated.equals("no")))
                    .toList();
        }

        @Override
        public Upstream upstream() {
            return new Upstream(FillRig.UPSTREAM, Fields.EMPTY, Optional.empty(), 5, PrivateTargets.ALL);
        }

        @Override
        public Verdict judge(List<UpstreamAnswer> chain) {
            UpstreamAnswer last = chain.getLast();
            return last.status() == 200
                    ? new Verdict.Content(
                            new Facts(last.fields(), OptionalLong.empty(), Optional.empty(), Optional.empty()), true)
                    : new Verdict.Final(Verdict.Kind.DENIED, last.fields(), Optional.empty());
        }
    }

    private EcosystemFiling filing(Caller caller, boolean openly) {
        return new EcosystemFiling(engine, MAIN, caller, openly, askedAt);
    }

    private static Facts facts(Optional<Digest> digest, Optional<String> commit, String... fields) {
        return new Facts(Fields.of(fields), OptionalLong.of(CONTENT.length), digest, commit);
    }

    private static Facts facts() {
        return facts(Optional.of(SHA256), Optional.of("abc"));
    }

    private void storeContent() throws IOException {
        try (BlobWriter writer = rig.blobs.create(OptionalLong.of(CONTENT.length), Optional.empty())) {
            writer.write(0, ByteBuffer.wrap(CONTENT));
            assertThat(writer.verify()).isTrue();
            var _ = rig.tools.store().commit(writer, Optional.empty());
        }
    }

    private boolean isGranted(Caller caller, String state) {
        return engine.access().grants().allows(caller, File.scope(state), Optional.empty(), clock.instant());
    }

    private boolean isOpen(String state) {
        return engine.access().openStates().isFresh(File.scope(state), clock.instant());
    }

    private boolean isGateOpen() {
        return engine.access().openStates().isOpen(new Resource.AccessScope("gate", TTL));
    }

    /** The next request without a credential, which a response to a caller causes, is refused. */
    private void refusingTheProbe() {
        rig.origin.answering(403);
    }

    private Optional<PointerValue> branch() {
        return rig.index.loadPointer("branch main");
    }

    // The entry.

    @Test
    void anEntryIsFiledUnderTheValueThatUpstreamGaveForTheName() {
        Entry entry = filing(CALLER, false).entry(facts(Optional.empty(), Optional.of("abc"), "ETag", "\"v1\""), 200);

        assertThat(entry)
                .isEqualTo(EntryBuilder.entry("file@abc")
                        .fields(Fields.of("ETag", "\"v1\""))
                        .length(OptionalLong.of(CONTENT.length))
                        .at(askedAt)
                        .build());
        assertThat(filing(CALLER, false)
                        .entry(facts(Optional.empty(), Optional.empty()), 200)
                        .key())
                .isEqualTo("file@main");
        assertThat(filing(CALLER, false).actual(facts())).isEqualTo(new File("abc"));
    }

    @Test
    void contentThatIsStoredUnderAnyNameIsTheEntrys() throws IOException {
        assertThat(filing(CALLER, false).entry(facts(), 200).blob()).isEmpty();
        storeContent();

        assertThat(filing(CALLER, false).entry(facts(), 200).blob()).contains(SHA256);
    }

    @Test
    void contentThatOnlyTheIndexKnowsIsNotTheEntrys() {
        rig.index.putBlob(SHA256, CONTENT.length, Optional.empty(), Optional.empty());

        assertThat(filing(CALLER, false).entry(facts(), 200).blob()).isEmpty();
    }

    @Test
    void anEditedBodyIsFiledUnderTheValueThatItsOwnFieldsGive() {
        EcosystemFiling filing = filing(CALLER, false);
        Entry entry = filing.entry(facts(Optional.empty(), Optional.empty(), "ETag", "\"v1\""), 200);
        Entry edited = filing.edited(entry, Fields.of("Commit", "abc"));

        assertThat(edited.key()).isEqualTo("file@abc");
        assertThat(edited.fields()).isEqualTo(Fields.of("ETag", "\"v1\"", "Commit", "abc"));
        assertThat(filing.edited(entry, Fields.EMPTY)).isEqualTo(entry);
    }

    // Content.

    @Test
    void contentLeavesTheEntryTheValueOfTheNameAndTheCallersGrant() {
        refusingTheProbe();
        EcosystemFiling filing = filing(CALLER, false);
        Entry entry = filing.entry(facts(), 200);
        filing.recordContent(facts(), entry);
        rig.awaitQuiet();

        assertThat(rig.index.load("file@abc")).contains(entry);
        assertThat(branch()).contains(new PointerValue("abc", askedAt));
        assertThat(isGranted(CALLER, "abc")).isTrue();
        assertThat(isGranted(CALLER, "main")).as("another state").isFalse();
        assertThat(isGranted(OTHER, "abc")).isFalse();
        assertThat(isOpen("abc")).isFalse();
    }

    @Test
    void theStoredFieldsGiveTheValueOfTheNameIfTheRedirectsDidNot() {
        EcosystemFiling filing = filing(Caller.ANONYMOUS, false);
        Facts facts = facts(Optional.empty(), Optional.empty(), "Commit", "def");
        filing.recordContent(facts, filing.entry(facts, 200));

        assertThat(branch()).contains(new PointerValue("def", askedAt));
        assertThat(isOpen("def")).isTrue();
    }

    @Test
    void aResourceWithoutANameMovesNone() {
        EcosystemFiling filing = new EcosystemFiling(engine, new File("abc"), Caller.ANONYMOUS, false, askedAt);
        filing.recordContent(facts(), filing.entry(facts(), 200));

        assertThat(branch()).isEmpty();
    }

    @Test
    void contentForAnAnonymousCallerIsPublicAndStatesWhichScopesAre() {
        EcosystemFiling filing = filing(Caller.ANONYMOUS, false);
        Facts facts = facts(Optional.empty(), Optional.of("abc"), "Gated", "no");
        filing.recordContent(facts, filing.entry(facts, 200));
        rig.awaitQuiet();

        assertThat(isOpen("abc")).isTrue();
        assertThat(isGateOpen()).isTrue();
        assertThat(rig.origin.asked()).as("nothing is left to probe").isEmpty();
    }

    @Test
    void contentThatWasRequestedOpenlyIsPublicAndTheCallersToo() {
        EcosystemFiling filing = filing(CALLER, true);
        Facts facts = facts(Optional.empty(), Optional.of("abc"), "Gated", "no");
        filing.recordContent(facts, filing.entry(facts, 200));
        rig.awaitQuiet();

        assertThat(isOpen("abc")).isTrue();
        assertThat(isGateOpen()).isTrue();
        assertThat(isGranted(CALLER, "abc")).isTrue();
        assertThat(rig.origin.asked()).isEmpty();
    }

    @Test
    void aResponseToACallerWithACredentialStatesNothingAboutOthers() {
        refusingTheProbe();
        EcosystemFiling filing = filing(CALLER, false);
        Facts facts = facts(Optional.empty(), Optional.of("abc"), "Gated", "no");
        filing.recordContent(facts, filing.entry(facts, 200));
        rig.awaitQuiet();

        assertThat(isGateOpen()).isFalse();
    }

    @Test
    void bytesAreReportedAsSavedWhenANewNameLeadsToStoredContent() throws IOException {
        storeContent();
        EcosystemFiling filing = filing(Caller.ANONYMOUS, false);
        filing.recordContent(facts(), filing.entry(facts(), 200));
        assertThat(rig.saved).hasValue(CONTENT.length);
        filing.recordContent(facts(), filing.entry(facts(), 200));

        assertThat(rig.saved).as("the name has led there before").hasValue(CONTENT.length);
    }

    @Test
    void bytesThatWereFetchedAreNotReportedAsSaved() throws IOException {
        EcosystemFiling filing = filing(Caller.ANONYMOUS, false);
        filing.recordContent(facts(), filing.entry(facts(), 200));
        storeContent();
        Facts undigested = facts(Optional.empty(), Optional.of("def"));
        filing.recordContent(undigested, filing.entry(undigested, 200).withBlob(SHA256, CONTENT.length));

        assertThat(rig.saved).hasValue(0);
    }

    // Other responses.

    @Test
    void aConfirmationUpdatesTheEntryAndGrantsAccessToItsState() {
        refusingTheProbe();
        Entry before = EntryBuilder.entry("file@abc")
                .fields(Fields.of("ETag", "\"v1\"", "Commit", "abc"))
                .stored(SHA256)
                .build();
        Entry confirmed = filing(CALLER, false).confirm(before, Fields.of("ETag", "\"v2\""));
        rig.awaitQuiet();

        assertThat(confirmed.checkedAt()).isEqualTo(askedAt);
        assertThat(confirmed.requestedAt()).isEqualTo(askedAt);
        assertThat(confirmed.blob()).contains(SHA256);
        assertThat(confirmed.fields().first("ETag")).contains("\"v2\"");
        assertThat(rig.index.load("file@abc")).contains(confirmed);
        assertThat(branch()).contains(new PointerValue("abc", askedAt));
        assertThat(isGranted(CALLER, "abc")).isTrue();
        assertThat(isGranted(CALLER, "main")).isFalse();
    }

    private static Verdict.Final absence() {
        return new Verdict.Final(
                Verdict.Kind.ABSENT_AT_REVISION, Fields.of("X-Error-Code", "EntryNotFound"), Optional.of("abc"));
    }

    @Test
    void anAbsenceIsFiledUnderItsRevisionAndGrantsNothing() {
        Entry absent = filing(CALLER, false).absent(absence(), 404, Optional.empty());

        assertThat(absent.status()).isEqualTo(404);
        assertThat(absent.key()).isEqualTo("file@abc");
        assertThat(absent.fields().first("X-Error-Code")).contains("EntryNotFound");
        assertThat(rig.index.load("file@abc")).contains(absent);
        assertThat(branch()).contains(new PointerValue("abc", askedAt));
        assertThat(isGranted(CALLER, "abc")).isFalse();
        assertThat(isOpen("abc")).isFalse();
    }

    @Test
    void anAbsenceRemembersSinceWhenUpstreamHasRepeatedIt() {
        Duration first = Duration.ofSeconds(10);
        Duration confirmed = Duration.ofMinutes(10);
        Entry before = filing(CALLER, false).absent(absence(), 404, Optional.empty());
        EcosystemFiling later = new EcosystemFiling(engine, MAIN, CALLER, false, askedAt.plus(first));

        assertThat(before.errorLifetime(first, confirmed)).isEqualTo(first);
        assertThat(later.absent(absence(), 404, Optional.of(before)).errorLifetime(first, confirmed))
                .isEqualTo(confirmed);
        assertThat(later.absent(absence(), 404, Optional.empty()).errorLifetime(first, confirmed))
                .isEqualTo(first);
    }

    /** Both callers have the state, which is public too. */
    private void grantAll() {
        engine.access().allowOpenly(CALLER, File.scope("main"), askedAt.minusSeconds(1));
        engine.access().allowOpenly(OTHER, File.scope("main"), askedAt.minusSeconds(1));
    }

    @Test
    void aRefusalWithoutAReasonEndsTheCallersGrantOnly() {
        grantAll();
        filing(CALLER, false).endGrant();
        filing(Caller.ANONYMOUS, false).endGrant();
        rig.awaitQuiet();

        assertThat(isGranted(CALLER, "main")).isFalse();
        assertThat(isGranted(OTHER, "main")).isTrue();
        assertThat(isOpen("main")).isTrue();
        assertThat(rig.origin.asked()).as("nothing is probed").isEmpty();
    }

    @Test
    void aDenialEndsTheCallersGrantAndIsProbedWithoutACredential() {
        grantAll();
        refusingTheProbe();
        filing(CALLER, false).deny();
        rig.awaitQuiet();

        assertThat(isGranted(CALLER, "main")).isFalse();
        assertThat(isGranted(OTHER, "main")).isTrue();
        assertThat(rig.origin.asked()).hasSize(1);
        assertThat(isOpen("main")).as("refused to the probe").isFalse();
    }

    @Test
    void aDenialToAnAnonymousCallerClosesTheScope() {
        grantAll();
        filing(Caller.ANONYMOUS, false).deny();
        rig.awaitQuiet();

        assertThat(isOpen("main")).isFalse();
        assertThat(isGranted(CALLER, "main")).isTrue();
        assertThat(rig.origin.asked()).isEmpty();
    }

    @Test
    void aScopeThatIsNotPublicAfterAllIsClosedAndEndsNoGrant() {
        grantAll();
        filing(CALLER, true).close();

        assertThat(isOpen("main")).isFalse();
        assertThat(isGranted(CALLER, "main")).isTrue();
    }
}
