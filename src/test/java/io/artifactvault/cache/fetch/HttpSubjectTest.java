package io.artifactvault.cache.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.cache.FakeResource;
import io.artifactvault.cache.ScriptedResponse;
import io.artifactvault.cache.Site;
import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.cache.lookup.Arrivals;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.lookup.StoredResponse;
import io.artifactvault.cache.lookup.VariantSet;
import io.artifactvault.cache.lookup.Variants;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.CacheSettings;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.caching.VaryKey;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.EntryBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a forwarded request leaves in the store, and what it gives to those who wait for it (RFC 9111 §3, §4.3, §4.4). */
@Timeout(60)
class HttpSubjectTest {
    @TempDir
    private Path folder;

    private FillRig rig;
    private Engine engine;
    private Variants variants;
    private final Arrivals arrivals = new Arrivals();

    @BeforeEach
    void open() throws IOException {
        rig = new FillRig(folder);
        engine = rig.engine();
        variants = new Variants(rig.index, engine.clock());
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** A response without content that was stored a moment ago. */
    private StoredResponse store(String... fields) {
        VariantSet set = variants.open(Site.PLAIN.key());
        Fields all = Fields.of(fields);
        Entry entry = EntryBuilder.entry(set.key(Site.PLAIN.key(), VaryKey.of(all), Fields.EMPTY))
                .fields(all)
                .length(OptionalLong.of(0))
                .at(Instant.now().minusSeconds(5))
                .build();
        assertThat(variants.put(Site.PLAIN.key(), set, VaryKey.of(all), entry)).isTrue();
        return StoredResponse.of(entry, Site.PLAIN, Optional.empty(), CacheSettings.defaults());
    }

    private FetchOutcome fetch(Request message, Optional<StoredResponse> stored) throws Exception {
        CompletableFuture<FetchOutcome> outcome = new CompletableFuture<>();
        HttpForwarding forwarded = new HttpForwarding(
                CacheRequest.of(message, Site.PLAIN, Caller.ANONYMOUS, new DecisionLog("files")),
                variants.open(Site.PLAIN.key()),
                stored,
                true,
                true,
                CacheStatus.forwarded(Forward.URI_MISS));
        var _ = rig.asTask(() -> {
            new Fetch(engine, new HttpSubject(engine, variants, arrivals, forwarded, outcome)).run();
            return true;
        });
        return outcome.get();
    }

    private FetchOutcome get(Optional<StoredResponse> stored) throws Exception {
        return fetch(FakeResource.request("GET"), stored);
    }

    @Test
    void aResponseThatMayBeStoredIsForAllWhoWait() throws Exception {
        rig.origin.answering(200, "Cache-Control", "max-age=60", "Content-Length", "0");

        assertThat(get(Optional.empty()))
                .isInstanceOfSatisfying(
                        FetchOutcome.Kept.class,
                        kept -> assertThat(rig.index.load(kept.stored().entry().key()))
                                .isPresent());
    }

    @Test
    void aResponseThatMayNotBeStoredIsForOneClient() throws Exception {
        rig.origin.answering(200, "Cache-Control", "no-store", "Content-Length", "0");

        assertThat(get(Optional.empty()))
                .isInstanceOfSatisfying(
                        FetchOutcome.Passed.class,
                        passed -> assertThat(passed.unstorable()).isTrue());
        assertThat(variants.load(Site.PLAIN.key())).isEmpty();
    }

    @Test
    void aConfirmationRenewsTheStoredResponse() throws Exception {
        StoredResponse stored = store("ETag", "\"v1\"", "Cache-Control", "max-age=1");
        rig.origin.answering(304, "ETag", "\"v1\"", "Cache-Control", "max-age=60");

        assertThat(get(Optional.of(stored)))
                .isInstanceOfSatisfying(
                        FetchOutcome.Kept.class,
                        kept -> assertThat(kept.status()).isEqualTo(304));
        Entry renewed = rig.index.load(stored.entry().key()).orElseThrow();
        assertThat(renewed.checkedAt()).isAfter(stored.entry().checkedAt());
        assertThat(renewed.fields().first("Cache-Control")).contains("max-age=60");
    }

    @Test
    void aConfirmationThatForbidsStoringIsForOneClientForTheLastTime() throws Exception {
        StoredResponse stored = store("ETag", "\"v1\"", "Cache-Control", "max-age=1");
        rig.origin.answering(304, "ETag", "\"v1\"", "Cache-Control", "no-store");

        assertThat(get(Optional.of(stored))).isInstanceOf(FetchOutcome.ForOne.class);
        assertThat(rig.index.load(stored.entry().key())).isEmpty();
    }

    @Test
    void aConfirmationOfAnotherVersionIsFollowedByAnUnconditionalRequest() throws Exception {
        StoredResponse stored = store("ETag", "\"v1\"", "Cache-Control", "max-age=1");
        rig.origin.answering(304, "ETag", "\"v2\"");
        rig.origin.answering(200, "ETag", "\"v2\"", "Cache-Control", "max-age=60", "Content-Length", "0");

        assertThat(get(Optional.of(stored))).isInstanceOf(FetchOutcome.Kept.class);
        assertThat(rig.origin.asked())
                .extracting(request -> request.fields().has("If-None-Match"))
                .containsExactly(true, false);
    }

    @Test
    void aServerErrorLeavesTheStoredResponseToBeServed() throws Exception {
        StoredResponse stored = store("ETag", "\"v1\"", "Cache-Control", "max-age=1");
        rig.origin.answering(503, "Content-Length", "0");

        assertThat(get(Optional.of(stored)))
                .isInstanceOfSatisfying(
                        FetchOutcome.Unavailable.class,
                        unavailable -> assertThat(unavailable.status()).isEqualTo(503));
        assertThat(rig.index.load(stored.entry().key())).contains(stored.entry());
    }

    @Test
    void anUnsafeRequestInvalidatesTheStoredResponsesOfItsTarget() throws Exception {
        StoredResponse stored = store("Cache-Control", "max-age=60");
        rig.origin.answering(200, "Content-Length", "0");
        var _ = fetch(FakeResource.request("POST"), Optional.empty());

        assertThat(rig.index.load(stored.entry().key())).isEmpty();
    }

    @Test
    void contentWithoutAValidatorIsListedOnlyWhileItArrives() throws Exception {
        byte[] content = FillRig.random(1000);
        rig.origin.then(_ ->
                new ScriptedResponse(200, Fields.of("Cache-Control", "max-age=60", "Content-Length", "1000"), content));
        FetchOutcome.Kept kept = (FetchOutcome.Kept) get(Optional.empty());
        String key = kept.stored().entry().key();

        assertThat(kept.stored().arriving()).isPresent();
        assertThat(arrivals.entry(key)).isEmpty();
        assertThat(rig.index.load(key).flatMap(Entry::blob)).contains(FillRig.sha256(content));
    }

    @Test
    void aClientsConditionIsEvaluatedOnAResponseThatIsOnlyPassed() throws Exception {
        rig.origin.answering(200, "ETag", "\"v1\"", "Cache-Control", "no-store", "Content-Length", "0");

        assertThat(fetch(FakeResource.request("GET", "If-None-Match", "\"v1\""), Optional.empty()))
                .isInstanceOfSatisfying(
                        FetchOutcome.Passed.class,
                        passed -> assertThat(passed.answer().status()).isEqualTo(304));
    }
}
