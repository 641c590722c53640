package io.artifactvault.cache.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Resolution;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.huggingface.HuggingFaceBackend;
import io.artifactvault.backend.huggingface.HuggingFaceSettings;
import io.artifactvault.cache.upstream.UpstreamHead;
import io.artifactvault.fixtures.HuggingFaceSettingsBuilder;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import io.artifactvault.store.index.Entry;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What becomes of the Hub's responses, in tables with a row for each rule. Responses are written {@code host status Name: value; Name:
 * value}, and a redirect before the response that it leads to, with {@code >} between them; {@code $C} is a commit, {@code $S} a digest.
 */
class EcosystemRulesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String COMMIT = "607a30d783dfa663caf39e06633721c8d4cfcd7e";
    private static final String SHA256 = "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5";
    private static final String FILE = "acme/tiny/resolve/main/config.json";
    private static final String LAYER = "v2/acme/tiny/blobs/sha256:" + SHA256;

    private static Resource resource(String below) {
        HuggingFaceSettings settings =
                HuggingFaceSettingsBuilder.usual().name("hf").build();
        try {
            Request request = new Request(
                    "GET", Target.parse("/huggingface/" + below), Fields.EMPTY, "http://vault:8080", Optional.empty());
            return (Resource)
                    ((Resolution.Found) new HuggingFaceBackend(settings, InstantSource.system()).resolve(request))
                            .resource();
        } catch (BadTargetException e) {
            throw new IllegalArgumentException(below, e);
        }
    }

    private static UpstreamHead head(String below, String written) {
        List<UpstreamAnswer> chain = new ArrayList<>();
        for (String response :
                written.replace("$C", COMMIT).replace("$S", SHA256).split(">", -1)) {
            String[] parts = response.strip().split(" ", 3);
            String uri = parts[0].equals("hub") ? "https://huggingface.co/" + below : "https://cdn.example/content";
            chain.add(new UpstreamAnswer(
                    URI.create(uri), Integer.parseInt(parts[1]), fields(parts.length > 2 ? parts[2] : "")));
        }
        return new UpstreamHead(chain, OptionalLong.empty(), NOW);
    }

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

    /** In words, as the tables have it. */
    private static String words(Ruling ruling) {
        return switch (ruling) {
            case Ruling.Confirm(Ruling.Audience audience) -> "confirm " + audience;
            case Ruling.Keep.Named(var facts, boolean here) ->
                "keep what is " + (here ? "here" : "elsewhere")
                        + (facts.digest().isPresent() ? ", by digest" : "")
                        + (facts.pointsTo().isPresent() ? ", at the commit" : "");
            case Ruling.Keep.Absence _ -> "keep the absence";
            case Ruling.Pass _ -> "pass";
            case Ruling.Refuse(var kind, Fields _, boolean named) ->
                "refuse, " + kind.name().toLowerCase(Locale.ROOT) + (named ? "" : ", unnamed");
            case Ruling.Unavailable(Fields _, var unexpected) -> unexpected.isPresent() ? "unexpected" : "unavailable";
            case Ruling.Keep.Shared _, Ruling.AskForAll _ -> "not a ruling of an ecosystem";
        };
    }

    private static String rule(String below, String responses) {
        EcosystemRules rules = new EcosystemRules(resource(below), Optional.empty(), _ -> true);
        return words(rules.rule(head(below, responses)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // The Hub names commit and content; where the content lies says nothing.
                "hub 200 X-Repo-Commit: $C; ETag: \"$S\" | keep what is here, by digest, at the commit",
                "hub 302 X-Repo-Commit: $C; X-Linked-Etag: \"$S\" | keep what is elsewhere, by digest, at the commit",
                "hub 302 X-Repo-Commit: $C; X-Linked-Etag: \"$S\" > cdn 200 | keep what is here, by digest, at the commit",
                // Content that the Hub itself sends without a digest is kept; what another host sends without one is
                // not.
                "hub 200 X-Repo-Commit: $C | keep what is here, at the commit",
                "hub 302 X-Repo-Commit: $C > cdn 200 | unexpected",
                // Without a commit it is not the Hub's answer: a login page, or a middlebox.
                "hub 200 Content-Type: text/html | unexpected",
                "hub 302 > cdn 200 Content-Type: text/html | unexpected",
                "hub 302 > cdn 200 X-Repo-Commit: $C; X-Linked-Etag: \"$S\" | unexpected",
                // A redirect that names nothing has to be followed: where it is the last, nothing is known.
                "hub 302 X-Repo-Commit: $C | unexpected",
                // An error of the content's host is not the Hub's word.
                "hub 302 X-Repo-Commit: $C; X-Linked-Etag: \"$S\" > cdn 403 | unexpected",
                "hub 302 X-Repo-Commit: $C; X-Linked-Etag: \"$S\" > cdn 404 X-Error-Code: EntryNotFound | unexpected",
                // Errors mean what their code says, before their status.
                "hub 404 X-Error-Code: EntryNotFound; X-Repo-Commit: $C | keep the absence",
                "hub 404 X-Error-Code: EntryNotFound | refuse, absent",
                "hub 404 X-Error-Code: RevisionNotFound | refuse, absent",
                "hub 404 X-Error-Code: RepoNotFound | refuse, denied",
                "hub 401 X-Error-Code: RepoNotFound | refuse, denied",
                "hub 403 X-Error-Code: GatedRepo | refuse, denied",
                "hub 401 X-Error-Message: Invalid credentials in Authorization header | refuse, unauthenticated",
                "hub 401 X-Error-Message: Invalid username or password. | refuse, denied, unnamed",
                "hub 403 X-Error-Message: Access to this resource is disabled. | refuse, denied, unnamed",
                // A filter on the way refuses one request; the Hub says why.
                "hub 403 Content-Type: text/html | refuse, other, unnamed",
                "hub 400 | refuse, other, unnamed",
                "hub 404 Content-Type: text/html | unexpected",
                // What passes: something stored is better.
                "hub 429 Retry-After: 1 | unavailable",
                "hub 500 | unavailable",
                "hub 503 | unavailable",
            })
    void aFileIsKeptOnlyByTheHubsOwnWord(String responses, String ruling) {
        assertThat(rule(FILE, responses)).isEqualTo(ruling);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // The address holds the digest: the bytes prove it, where the Hub has not said that the caller may have
                // it.
                "hub 307 > cdn 200 Content-Length: 5 | pass",
                "hub 307 X-Linked-Etag: \"$S\" > cdn 200 Content-Length: 5 | keep what is here, by digest",
                "hub 307 X-Linked-Etag: \"$S\"; X-Linked-Size: 5 | keep what is elsewhere, by digest",
                "hub 200 Content-Length: 5 | keep what is here, by digest",
                "hub 307 X-Linked-Etag: \"607a30d783dfa663caf39e06633721c8d4cfcd7e\" | unexpected",
                "hub 307 > cdn 404 | unexpected",
                "hub 404 X-Error-Code: EntryNotFound; X-Repo-Commit: $C | refuse, absent",
            })
    void aLayerIsWhatItsAddressSays(String responses, String ruling) {
        assertThat(rule(LAYER, responses)).isEqualTo(ruling);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "hub 200 Content-Type: application/json | keep what is here",
                "hub 200 Content-Type: text/html | unexpected",
                "hub 302 > cdn 200 Content-Type: application/json | unexpected",
                "hub 404 X-Error-Code: RepoNotFound | refuse, denied",
                "hub 504 | unavailable",
            })
    void metadataIsJsonOfTheHubItself(String responses, String ruling) {
        assertThat(rule("api/models/acme/tiny", responses)).isEqualTo(ruling);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "true | hub 304 ETag: \"a\" | confirm ALL",
                "false | hub 304 ETag: \"a\" | refuse, other, unnamed",
                // Another host to which the Hub redirected cannot confirm in its name.
                "true | hub 307 > cdn 304 ETag: \"a\" | unexpected",
            })
    void onlyTheHubConfirmsWhatIsStored(boolean isStored, String responses, String ruling) {
        String below = "api/models/acme/tiny";
        Entry entry =
                new Entry("k", 200, Fields.EMPTY, OptionalLong.of(5), Optional.empty(), Optional.empty(), NOW, NOW);
        EcosystemRules rules =
                new EcosystemRules(resource(below), Optional.of(entry).filter(_ -> isStored), _ -> true);

        assertThat(words(rules.rule(head(below, responses)))).isEqualTo(ruling);
    }
}
