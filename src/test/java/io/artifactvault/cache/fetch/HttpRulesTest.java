package io.artifactvault.cache.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.cache.FakeHttpResource;
import io.artifactvault.cache.FakeResource;
import io.artifactvault.cache.lookup.StoredResponse;
import io.artifactvault.cache.request.CacheSettings;
import io.artifactvault.cache.upstream.UpstreamHead;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.conditional.Validator;
import io.artifactvault.store.index.Entry;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * RFC 9111 §3 and §4.3, RFC 5861 §4: what becomes of a response, in a table with a row for each clause. Fields are written
 * {@code Name: value; Name: value}.
 */
class HttpRulesTest {
    private static final Instant THEN = Instant.parse("1994-11-06T08:49:37Z");
    private static final Instant NOW = THEN.plusSeconds(100);
    private static final FakeHttpResource RESOURCE = new FakeHttpResource(Duration.ofSeconds(1000));
    private static final String CLIENTS_RANGE = "Range: ";

    private static Fields fields(String written) {
        List<String> parts = new ArrayList<>();
        for (String line : written.split(";", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                parts.add(line.substring(0, colon).strip());
                parts.add(line.substring(colon + 1).strip());
            }
        }
        return Fields.of(parts.toArray(String[]::new));
    }

    private static Request request(String method, String written) {
        Fields fields = fields(written);
        return new Request(method, FakeResource.request(method).target(), fields, "http://vault", Optional.empty());
    }

    private static UpstreamHead head(int status, String written) {
        Fields fields = fields(written);
        OptionalLong length = fields.first("Content-Length").stream()
                .mapToLong(Long::parseLong)
                .findFirst();
        UpstreamAnswer last = new UpstreamAnswer(URI.create("http://127.0.0.1/"), status, fields);
        return new UpstreamHead(List.of(last), length, NOW);
    }

    private static StoredResponse stored(String written) {
        Entry entry = new Entry(
                "k", 200, fields(written), OptionalLong.of(5), Optional.empty(), Optional.empty(), THEN, THEN);
        return StoredResponse.of(entry, RESOURCE, Optional.empty(), CacheSettings.defaults());
    }

    /** Stored in part, under that entity tag. */
    private static StoredResponse partly(String written) {
        Entry entry = new Entry(
                        "k", 200, fields(written), OptionalLong.of(5), Optional.empty(), Optional.empty(), THEN, THEN)
                .named(Validator.strong(fields(written)).orElseThrow(), 5);
        return StoredResponse.of(entry, RESOURCE, Optional.empty(), CacheSettings.defaults());
    }

    /** In words, as the tables have it. */
    private static String words(Ruling ruling) {
        return switch (ruling) {
            case Ruling.Confirm(Ruling.Audience audience) -> "confirm " + audience;
            case Ruling.Keep.Shared(var parts) ->
                parts.map(known -> known.part().isPresent() ? "keep the part" : "keep, resumable")
                        .orElse("keep");
            case Ruling.Pass(Ruling.Effect effect, boolean unstorable) ->
                "pass" + (effect == Ruling.Effect.NONE ? "" : ", " + effect) + (unstorable ? ", unstorable" : "");
            case Ruling.Unavailable _ -> "unavailable";
            case Ruling.AskForAll(boolean forgets) -> forgets ? "forget and ask for all" : "ask for all";
            case Ruling.Refuse _, Ruling.Keep.Named _, Ruling.Keep.Absence _ -> "not a ruling by HTTP's own rules";
        };
    }

    private static HttpRules rules(Request request, Optional<StoredResponse> stored) {
        return new HttpRules(request, RESOURCE, stored, true, stored.isPresent(), false, Optional.empty(), NOW);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // §3: the request method is understood by the cache.
                "GET | `` | 200 | Cache-Control: max-age=60 | keep",
                "HEAD | `` | 200 | Cache-Control: max-age=60 | pass",
                "POST | `` | 200 | Cache-Control: max-age=60 | pass",
                "M-SEARCH | `` | 200 | Cache-Control: max-age=60 | pass",
                // §3: the response status code is final.
                "GET | `` | 204 | Cache-Control: max-age=60 | keep",
                "GET | `` | 404 | Cache-Control: max-age=60 | keep",
                "GET | `` | 299 | Cache-Control: max-age=60 | keep",
                // §3: 206 and 304 are understood; a part that nothing lets others be added to is not stored (§3.3,
                // §3.4).
                "GET | `` | 206 | Cache-Control: max-age=60; Content-Range: bytes 0-1/5 | pass, REPLACES, unstorable",
                "GET | `` | 304 | ETag: \"a\" | pass",
                // §3, §5.2.2.3: must-understand needs a status that is understood, and lifts no-store for it.
                "GET | `` | 200 | Cache-Control: no-store, must-understand, max-age=60 | keep",
                "GET | `` | 299 | Cache-Control: must-understand, max-age=60 | pass, REPLACES, unstorable",
                // §3: no-store is absent from the response, and from the request (§5.2.1.5).
                "GET | `` | 200 | Cache-Control: no-store | pass, REPLACES, unstorable",
                "GET | Cache-Control: no-store | 200 | Cache-Control: max-age=60 | pass, REPLACES",
                // §3: private is absent, or names fields only.
                "GET | `` | 200 | Cache-Control: private, max-age=60 | pass, REPLACES, unstorable",
                "GET | `` | 200 | Cache-Control: private=\"a\", max-age=60 | keep",
                // §3, §3.5: Authorization needs the response's explicit leave.
                "GET | Authorization: Basic eDp5 | 200 | Cache-Control: max-age=60 | pass",
                "GET | Authorization: Basic eDp5 | 200 | Cache-Control: public, max-age=60 | keep",
                "GET | Authorization: Basic eDp5 | 200 | Cache-Control: must-revalidate, max-age=60 | keep",
                "GET | Authorization: Basic eDp5 | 200 | Cache-Control: s-maxage=60 | keep",
                // §3: one of public, Expires, max-age, s-maxage, or a status that may be guessed with something to
                // guess by.
                "GET | `` | 200 | Cache-Control: public; ETag: W/\"a\" | keep",
                "GET | `` | 200 | Expires: Sun, 06 Nov 1994 09:49:37 GMT | keep",
                "GET | `` | 200 | Cache-Control: s-maxage=60 | keep",
                "GET | `` | 200 | CDN-Cache-Control: max-age=60 | keep",
                "GET | `` | 200 | Last-Modified: Sat, 05 Nov 1994 08:49:37 GMT | keep",
                "GET | `` | 200 | `` | pass, REPLACES, unstorable",
                "GET | `` | 418 | ETag: \"a\" | pass",
                // §4.1: Vary: * selects nothing.
                "GET | `` | 200 | Cache-Control: max-age=60; Vary: * | pass, REPLACES, unstorable",
                // §7.3: a cookie is one client's.
                "GET | `` | 200 | Cache-Control: max-age=60; Set-Cookie: a=b | pass, REPLACES, unstorable",
                "GET | `` | 200 | Cache-Control: public, max-age=60; Set-Cookie: a=b | keep",
                "GET | Cookie: a=b | 200 | Cache-Control: max-age=60 | keep",
                "GET | Cookie: a=b | 200 | ETag: \"a\" | pass",
                // What one request says of itself answers no other, and says nothing of what is stored.
                "GET | `` | 412 | Cache-Control: max-age=60 | pass",
                "GET | `` | 417 | Cache-Control: max-age=60 | pass",
                // An error that will pass says nothing about the next response.
                "GET | `` | 503 | `` | pass",
                "GET | `` | 429 | `` | pass",
                // Only a success, a permanent redirect or a final absence replaces what is stored: any client can
                // provoke the other refusals.
                "GET | `` | 204 | Cache-Control: no-store | pass, REPLACES, unstorable",
                "GET | `` | 301 | Cache-Control: no-store | pass, REPLACES, unstorable",
                "GET | `` | 308 | Cache-Control: no-store | pass, REPLACES, unstorable",
                "GET | `` | 404 | Cache-Control: no-store | pass, REPLACES, unstorable",
                "GET | `` | 410 | Cache-Control: no-store | pass, REPLACES, unstorable",
                "GET | `` | 302 | `` | pass, unstorable",
                "GET | `` | 307 | `` | pass, unstorable",
                "GET | `` | 400 | `` | pass",
                "GET | `` | 401 | `` | pass",
                "GET | `` | 403 | `` | pass",
                "GET | `` | 406 | `` | pass",
                "GET | `` | 431 | `` | pass",
                "GET | `` | 451 | `` | pass",
                "GET | `` | 404 | Cache-Control: private, max-age=60 | pass, REPLACES, unstorable",
                "GET | Authorization: Basic eDp5 | 404 | `` | pass",
                "GET | Authorization: Basic eDp5 | 200 | Cache-Control: private | pass",
                "GET | Cookie: a=b | 200 | Cache-Control: private | pass, unstorable",
                // An event stream never ends.
                "GET | `` | 200 | Cache-Control: max-age=60; Content-Type: text/event-stream | pass, REPLACES, unstorable",
                // §3.3: a strong validator and a length tell which parts belong together.
                "GET | `` | 200 | Cache-Control: max-age=60; ETag: \"a\"; Content-Length: 5 | keep, resumable",
                "GET | `` | 200 | Cache-Control: max-age=60; ETag: W/\"a\"; Content-Length: 5 | keep",
                "GET | `` | 200 | Cache-Control: max-age=60; ETag: \"a\" | keep",
                "GET | `` | 404 | Cache-Control: max-age=60; ETag: \"a\"; Content-Length: 5 | keep",
            })
    void aResponseIsStoredAsFarAsEachClauseOfTheRfcAllows(
            String method, String requestFields, int status, String responseFields, String ruling) {
        HttpRules rules = rules(request(method, requestFields), Optional.empty());

        assertThat(words(rules.rule(head(status, responseFields)))).isEqualTo(ruling);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // §4.3.3: 304 confirms; a whole response replaces; an error of the server may be stood in for (RFC 5861
                // §4).
                "GET | `` | Cache-Control: max-age=60; ETag: \"a\" | 304 | ETag: \"a\" | confirm ALL",
                "GET | `` | Cache-Control: max-age=60 | 200 | Cache-Control: max-age=60 | keep",
                "GET | `` | Cache-Control: max-age=60 | 500 | `` | unavailable",
                "GET | `` | Cache-Control: max-age=60 | 502 | `` | unavailable",
                "GET | `` | Cache-Control: max-age=60 | 503 | Cache-Control: max-age=60 | unavailable",
                "GET | `` | Cache-Control: max-age=60 | 504 | `` | unavailable",
                "GET | `` | Cache-Control: max-age=60 | 501 | `` | pass",
                "GET | `` | Cache-Control: max-age=60 | 429 | `` | pass",
                "GET | `` | Cache-Control: max-age=60, must-revalidate | 503 | `` | pass",
                "GET | `` | Cache-Control: max-age=60, stale-if-error=30 | 503 | `` | pass",
                "GET | `` | Cache-Control: max-age=60, stale-if-error=60 | 503 | `` | unavailable",
                // §4.3.4: the stored fields are updated, and what then forbids storing makes it one client's.
                "GET | `` | Cache-Control: max-age=60 | 304 | Cache-Control: private | confirm ONE_FOR_THE_LAST_TIME",
                "GET | `` | Cache-Control: max-age=60 | 304 | Cache-Control: no-store | confirm ONE_FOR_THE_LAST_TIME",
                "GET | `` | Cache-Control: max-age=60 | 304 | Vary: * | confirm ONE_FOR_THE_LAST_TIME",
                "GET | `` | Cache-Control: max-age=60 | 304 | Set-Cookie: a=b | confirm ONE",
                "GET | Cookie: a=b | Cache-Control: max-age=60 | 304 | Cache-Control: private | confirm ONE",
                "GET | Authorization: Basic eDp5 | Cache-Control: max-age=60 | 304 | Cache-Control: private | confirm ONE",
                "GET | Authorization: Basic eDp5 | Cache-Control: max-age=60 | 304 | `` | confirm ONE",
                "GET | Authorization: Basic eDp5 | Cache-Control: max-age=60 | 304 | Cache-Control: public | confirm ALL",
                "GET | Cache-Control: no-store | Cache-Control: max-age=60 | 304 | `` | confirm ONE",
                // §4.3.5: a HEAD freshens what it fits, and makes invalid what it does not.
                "HEAD | `` | Cache-Control: max-age=60; ETag: \"a\" | 200 | ETag: \"a\" | pass, FRESHENS",
                "HEAD | `` | Cache-Control: max-age=60; ETag: \"a\" | 200 | ETag: \"b\" | pass, INVALIDATES",
                "HEAD | `` | Cache-Control: max-age=60; ETag: \"a\" | 200 | Content-Length: 5 | pass",
                "HEAD | `` | Cache-Control: max-age=60; ETag: \"a\" | 200 | Content-Length: 6 | pass, INVALIDATES",
                "HEAD | `` | Cache-Control: max-age=60; Last-Modified: Sat, 05 Nov 1994 08:49:37 GMT | 200 | Last-Modified: Sat, 05 Nov 1994 08:49:37 GMT | pass, FRESHENS",
                "HEAD | `` | Cache-Control: max-age=60; ETag: \"a\" | 200 | ETag: \"a\"; Content-Length: 6 | pass, INVALIDATES",
                "HEAD | Cookie: a=b | Cache-Control: max-age=60; ETag: \"a\" | 200 | ETag: \"b\" | pass",
                "HEAD | Authorization: Basic eDp5 | Cache-Control: max-age=60; ETag: \"a\" | 200 | ETag: \"b\" | pass",
                "HEAD | `` | Cache-Control: max-age=60 | 200 | Content-Length: 5 | pass",
                "HEAD | `` | Cache-Control: max-age=60 | 200 | Content-Length: 6 | pass, INVALIDATES",
                "HEAD | `` | Cache-Control: max-age=60 | 200 | Last-Modified: Sat, 05 Nov 1994 08:49:37 GMT | pass, INVALIDATES",
                "HEAD | `` | Cache-Control: max-age=60 | 200 | Cache-Control: no-store | pass, INVALIDATES",
                "HEAD | `` | Cache-Control: max-age=60 | 200 | Set-Cookie: a=b | pass",
                "HEAD | `` | Cache-Control: max-age=60 | 404 | `` | pass",
            })
    void aStoredResponseIsConfirmedReplacedOrLeftAsItWas(
            String method, String requestFields, String before, int status, String responseFields, String ruling) {
        HttpRules rules = rules(request(method, requestFields), Optional.of(stored(before)));

        assertThat(words(rules.rule(head(status, responseFields)))).isEqualTo(ruling);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://cdn/v1?sig=1 | GET | 304 | confirm ALL",
                "http://cdn/v1?sig=1&part=2 | GET | 304 | ask for all",
                "http://cdn/v1?part=2 | GET | 304 | ask for all",
                "http://cdn/v1?sig | GET | 304 | ask for all",
                "http://cdn/v1 | GET | 304 | ask for all",
                "http://cdn/v2?sig=1 | GET | 304 | ask for all",
                "https://cdn/v1?sig=1 | GET | 304 | ask for all",
                "http://other/v1?sig=1 | GET | 304 | ask for all",
                "'' | GET | 304 | ask for all",
                "http://cdn/v1?sig=1 | HEAD | 200 | pass, FRESHENS",
                "http://cdn/v2?sig=1 | HEAD | 200 | pass, INVALIDATES",
                "http://cdn/v1 | HEAD | 200 | pass, INVALIDATES",
                "'' | HEAD | 200 | pass, INVALIDATES",
            })
    void aValidatorAppliesToTheTargetThatSentIt(String source, String method, int status, String ruling) {
        Entry entry = stored("Cache-Control: max-age=60; ETag: \"a\"")
                .entry()
                .from(Optional.of(source).filter(text -> !text.isEmpty()).map(URI::create));
        HttpRules rules = new HttpRules(
                request(method, ""),
                RESOURCE.following(),
                Optional.of(StoredResponse.of(entry, RESOURCE, Optional.empty(), CacheSettings.defaults())),
                true,
                true,
                false,
                Optional.empty(),
                NOW);
        UpstreamAnswer redirect = new UpstreamAnswer(
                URI.create("http://127.0.0.1/"), 302, Fields.of("Cache-Control", "max-age=60", "Location", "//cdn/v1"));
        UpstreamAnswer last = new UpstreamAnswer(URI.create("http://cdn/v1?sig=3"), status, Fields.of("ETag", "\"a\""));

        assertThat(words(rules.rule(new UpstreamHead(List.of(redirect, last), OptionalLong.empty(), NOW))))
                .isEqualTo(ruling);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | confirm ALL",
                "Cache-Control: private | forget and ask for all",
                "Set-Cookie: a=b | ask for all",
            })
    void aResponseThatIsStoredInPartIsOfNoUseToOneClientAlone(String responseFields, String ruling) {
        StoredResponse stored = partly("Cache-Control: max-age=60; ETag: \"a\"; Content-Length: 5");

        assertThat(words(rules(request("GET", ""), Optional.of(stored)).rule(head(304, responseFields))))
                .isEqualTo(ruling);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // §3.4: a part with a strong validator that says where it belongs is stored in its place.
                "bytes=0-1 | 206 | ETag: \"a\"; Content-Range: bytes 0-1/5 | keep the part",
                "bytes=0-1 | 206 | ETag: \"a\"; Content-Range: bytes 0-1/5; Content-Length: 2 | keep the part",
                "bytes=0-1 | 206 | ETag: \"a\"; Content-Range: bytes 0-1/5; Content-Length: 3 | pass",
                "bytes=0-1 | 206 | ETag: \"a\"; Content-Range: bytes 0-2/5 | pass",
                "bytes=0-1 | 206 | ETag: \"a\" | pass",
                "bytes=0-1 | 206 | ETag: W/\"a\"; Content-Range: bytes 0-1/5 | pass",
                "bytes=0-1 | 206 | Content-Range: bytes 0-1/5 | pass",
                "bytes=0-1 | 200 | ETag: \"a\"; Content-Length: 5 | keep, resumable",
                "bytes=9- | 416 | Content-Range: bytes */5 | pass",
                // Of several ranges the first is asked for: it is of use only where the others can be added to it.
                "`bytes=0-1,3-3` | 206 | ETag: \"a\"; Content-Range: bytes 0-1/5 | keep the part",
                "`bytes=0-1,3-3` | 206 | ETag: W/\"a\"; Content-Range: bytes 0-1/5 | ask for all",
                "`bytes=0-1,3-3` | 416 | Content-Range: bytes */5 | ask for all",
            })
    void aPartIsStoredOnlyWhereOthersCanBeAddedToIt(
            String requestFields, int status, String responseFields, String ruling) {
        Optional<String> first = Optional.of(
                requestFields.contains(",") ? requestFields.substring(0, requestFields.indexOf(',')) : requestFields);
        HttpRules rules = new HttpRules(
                request("GET", CLIENTS_RANGE + requestFields),
                RESOURCE,
                Optional.empty(),
                true,
                false,
                false,
                first,
                NOW);

        assertThat(words(rules.rule(head(status, "Cache-Control: max-age=60; " + responseFields))))
                .isEqualTo(ruling);
    }
}
