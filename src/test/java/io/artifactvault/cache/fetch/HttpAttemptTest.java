package io.artifactvault.cache.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.cache.FakeResource;
import io.artifactvault.cache.Site;
import io.artifactvault.cache.lookup.StoredResponse;
import io.artifactvault.cache.lookup.VariantSet;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.CacheSettings;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.EntryBuilder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which conditions and which range are sent upstream with a client's request (RFC 9111 §4.3.1, RFC 9110 §13). */
class HttpAttemptTest {
    private static final Fields VALIDATORS =
            Fields.of("ETag", "\"v1\"", "Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT");

    private static HttpAttempt first(Request message, HttpResource resource, boolean stored, boolean shared) {
        Entry entry = EntryBuilder.entry("k").fields(VALIDATORS).build();
        Optional<StoredResponse> found = Optional.of(
                        StoredResponse.of(entry, resource, Optional.empty(), CacheSettings.defaults()))
                .filter(_ -> stored);
        return HttpAttempt.first(new HttpForwarding(
                CacheRequest.of(message, resource, Caller.ANONYMOUS, new DecisionLog("")),
                new VariantSet("g", List.of(), Optional.empty()),
                found,
                true,
                shared,
                CacheStatus.forwarded(Forward.STALE)));
    }

    private static Optional<String> sent(HttpAttempt attempt, String name) {
        return attempt.request().fields().first(name);
    }

    @Test
    void aStoredResponseIsTheConditionWithBothItsValidators() {
        HttpAttempt attempt = first(FakeResource.request("GET"), Site.PLAIN, true, true);

        assertThat(attempt.validates()).isTrue();
        assertThat(sent(attempt, "If-None-Match")).contains("\"v1\"");
        assertThat(sent(attempt, "If-Modified-Since")).contains("Sun, 06 Nov 1994 08:49:37 GMT");
        assertThat(sent(attempt, "Accept")).contains("*/*");
    }

    @Test
    void theNextAttemptRequestsTheWholeWithoutConditions() {
        HttpAttempt attempt = first(FakeResource.request("GET", "Range", "bytes=0-9"), Site.PLAIN, true, true)
                .whole();

        assertThat(attempt.validates()).isFalse();
        assertThat(attempt.request().fields()).isEqualTo(Site.PLAIN.upstream().fields());
    }

    @Test
    void theClientsOwnConditionsAreForwardedOnlyForItsOwnResponse() {
        Request message = FakeResource.request("GET", "If-None-Match", "\"own\"");
        Site site = Site.selectedBy("If-None-Match", "\"own\"");

        assertThat(sent(first(message, site, false, false), "If-None-Match")).contains("\"own\"");
        assertThat(sent(first(message, site, false, true), "If-None-Match")).isEmpty();
    }

    @Test
    void aStoredResponseIsTheConditionInsteadOfTheClientsOwn() {
        Request message = FakeResource.request("GET", "If-None-Match", "\"own\"");
        Site site = Site.selectedBy("If-None-Match", "\"own\"");

        assertThat(first(message, site, true, false).request().fields().all("If-None-Match"))
                .containsExactly("\"v1\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET | bytes=0-9 | bytes=0-9",
                "GET | bytes=-5 | bytes=-5",
                // Of several ranges the first is sent; the others are requested with its validator.
                "GET | bytes=0-9,20-29 | bytes=0-9",
                // RFC 9110 §14.2: Range has a meaning for GET only.
                "HEAD | bytes=0-9 | ''",
                "POST | bytes=0-9 | ''",
            })
    void theRangeThatTheClientNeedsIsSent(String method, String range, String sent) {
        HttpAttempt attempt = first(FakeResource.request(method, "Range", range), Site.PLAIN, false, false);

        assertThat(sent(attempt, "Range").orElse("")).isEqualTo(sent);
    }

    @Test
    void aRangeWithIfRangeIsSentOnlyTogetherWithIfRange() {
        Request message = FakeResource.request("GET", "Range", "bytes=0-9", "If-Range", "\"own\"");
        Site site = Site.selectedBy("If-Range", "\"own\"");
        HttpAttempt alone = first(message, site, false, false);
        HttpAttempt shared = first(message, site, false, true);

        assertThat(sent(alone, "Range")).contains("bytes=0-9");
        assertThat(sent(alone, "If-Range")).contains("\"own\"");
        assertThat(sent(shared, "Range")).isEmpty();
        assertThat(sent(shared, "If-Range")).isEmpty();
    }
}
