package io.artifactvault.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What lists are requested, and their links. */
class ListResourceTest {
    private static final String TAGS = "https://registry-1.docker.io/v2/team/image/tags/list";

    private static RegistryResource tags(String query) throws Exception {
        return OciRequests.resource("tags/list" + query);
    }

    private static Fields shown(RegistryResource list, Fields stored) throws Exception {
        Request request = new Request("GET", Target.parse("/"), Fields.EMPTY, "http://vault.test", Optional.empty());
        return list.present(stored, request);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                | ``
            ?                                 | ``
            ?n=10                             | ?n=10
            ?n=0                              | ?n=0
            ?n=1000                           | ?n=1000
            ?n=1001                           | ?n=1000
            ?n=99999999999999999999           | ?n=1000
            ?n=007                            | ?n=7
            ?n=-1                             | ``
            ?n=1e3                            | ``
            ?n=                               | ``
            ?n=%31%30                         | ?n=10
            ?last=v1                          | ?last=v1
            ?last=v1&n=10                     | ?n=10&last=v1
            ?n=10&last=v1                     | ?n=10&last=v1
            ?n=10&last=v1&ns=docker.io        | ?n=10&last=v1
            ?n=10&n=20                        | ?n=10
            ?random=1&n=10&_=2                | ?n=10
            ?last=                            | ``
            ?last=%76%31                      | ?last=v1
            ?last=a%26n%3D5                   | ?last=a%26n%3D5
            ?last=a+b                         | ?last=a%2Bb
            ?next_page=gAAAA%3D%3D&n=5        | ?n=5&next_page=gAAAA%3D%3D
            """)
    void theSameQuestionHasOneSpelling(String query, String sent) throws Exception {
        assertThat(tags(query).upstream().uri()).isEqualTo(URI.create(TAGS + sent));
        assertThat(tags(query).key()).isEqualTo(tags(sent).key());
    }

    @Test
    void differentQuestionsHaveDifferentKeys() throws Exception {
        List<String> keys = List.of(
                tags("").key(),
                tags("?n=1").key(),
                tags("?n=2").key(),
                tags("?last=1").key(),
                tags("?n=1&last=1").key(),
                tags("?last=1%26n%3D1").key(),
                OciRequests.resource("referrers/" + OciRequests.DIGEST).key(),
                OciRequests.resource("referrers/" + OciRequests.DIGEST + "?artifactType=a%2Fb")
                        .key(),
                OciRequests.resource("manifests/list").key(),
                OciRequests.resource("manifests/" + OciRequests.DIGEST).key(),
                OciRequests.resource("blobs/" + OciRequests.DIGEST).key());

        assertThat(keys).doesNotHaveDuplicates();
    }

    @Test
    void aValueThatIsTooLongIsLeftOut() throws Exception {
        assertThat(tags("?last=" + "a".repeat(4_000)).upstream().uri()).isEqualTo(URI.create(TAGS));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            </v2/team/image/tags/list?last=b&n=2>; rel="next"                     | ?n=2&last=b
            </v2/team/image/tags/list?n=2&last=b>;rel=next                        | ?n=2&last=b
            <https://registry-1.docker.io/v2/team/image/tags/list?last=b>; rel="next" | ?last=b
            <https://other.example/v2/x/tags/list?last=b>; rel="next"             | ?last=b
            <?last=b>; rel="next"                                                 | ?last=b
            <tags/list?last=b>; rel="next"                                        | ?last=b
            </v2/a?last=b&n=5000>; rel="next"                                     | ?n=1000&last=b
            </v2/a?last=b%26>; rel="next"                                         | ?last=b%26
            </v2/a?last=a>; rel="prev", </v2/a?last=c>; rel="next"                | ?last=c
            </v2/a?last=c>; rel="next", </v2/a?last=a>; rel="prev"                | ?last=c
            </v2/a?last=a>; rel="first", </v2/a?last=c>; title="x"; rel="next"    | ?last=c
            """)
    void theNextPageIsBelowTheNameOfTheClient(String link, String query) throws Exception {
        assertThat(shown(tags("?n=2&last=a"), Fields.of("Link", link)).all("Link"))
                .containsExactly("</v2/reg/team/image/tags/list" + query + ">; rel=\"next\"");
    }

    @Test
    void theNextPageMayBeInTheSecondLine() throws Exception {
        Fields stored = Fields.of("Link", "</v2/a?last=a>; rel=\"prev\"", "Link", "</v2/a?last=c>; rel=\"next\"");

        assertThat(shown(tags(""), stored).all("Link"))
                .containsExactly("</v2/reg/team/image/tags/list?last=c>; rel=\"next\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "next",
                "<>; rel=\"next\"",
                "</v2/a>; rel=\"next\"",
                "</v2/a?last=b>",
                "</v2/a?last=b>; rel=\"prev\"",
                "</v2/a?last=b>; title=\"next\"",
                "</v2/a?last=b>; rel=\"nextish\"",
                "</v2/a?last=b; rel=\"next\"",
                "/v2/a?last=b; rel=\"next\"",
                "</v2/a?last=%zz>; rel=\"next\"",
                "</v2/a?last=\r\nX: y>; rel=\"next\""
            })
    void aLinkToNoNextPageIsLeftOut(String link) throws Exception {
        Fields stored = link.contains("\n")
                ? Fields.of("Link", link.replace("\r\n", "%0d%0a").replace("last=", "unheard="))
                : Fields.of("Link", link);

        assertThat(shown(tags(""), stored).has("Link")).isFalse();
    }

    /** Such as one whose parameters the vault does not know: a client would follow it for ever. */
    @ParameterizedTest
    @ValueSource(strings = {"</v2/a?n=2&last=a>", "</v2/a?last=a&n=2&unheard=5>", "</v2/a?n=2&last=a&ns=docker.io>"})
    void aLinkBackToTheSamePageIsLeftOut(String link) throws Exception {
        assertThat(shown(tags("?n=2&last=a"), Fields.of("Link", link + "; rel=\"next\""))
                        .has("Link"))
                .isFalse();
    }

    @Test
    void theOtherFieldsStay() throws Exception {
        Fields stored = Fields.of("Content-Type", "application/json", "Warning", "299 - \"old\"");

        assertThat(shown(tags(""), stored)).isEqualTo(stored);
    }

    @Test
    void theFilterOfReferrersIsStatedOnce() throws Exception {
        RegistryResource all = OciRequests.resource("referrers/" + OciRequests.DIGEST);
        RegistryResource some = OciRequests.resource("referrers/" + OciRequests.DIGEST + "?artifactType=a%2Fb");
        RegistryResource none = OciRequests.resource("referrers/" + OciRequests.DIGEST + "?artifactType=");
        Fields applied = Fields.of("OCI-Filters-Applied", "artifactType");

        assertThat(shown(all, Fields.EMPTY).has("OCI-Filters-Applied")).isFalse();
        assertThat(shown(none, Fields.EMPTY).has("OCI-Filters-Applied")).isFalse();
        assertThat(shown(some, Fields.EMPTY).all("OCI-Filters-Applied")).containsExactly("artifactType");
        assertThat(shown(some, applied).all("OCI-Filters-Applied")).containsExactly("artifactType");
        assertThat(some.edit(Fields.EMPTY)).contains(new ListEdit(Optional.of("a/b")));
        assertThat(some.edit(applied)).contains(new ListEdit(Optional.empty()));
        assertThat(all.edit(Fields.EMPTY)).contains(new ListEdit(Optional.empty()));
        assertThat(some.upstream().uri().getRawQuery()).isEqualTo("artifactType=a%2Fb");
    }

    /** Clients look for the tag then, as they do with 404; they do not after any other status. */
    @ParameterizedTest
    @ValueSource(ints = {400, 404, 405, 406, 501})
    void aRegistryWithoutReferrersHasNoSuchList(int status) throws Exception {
        RegistryResource list = OciRequests.resource("referrers/" + OciRequests.DIGEST);
        URI uri = list.upstream().uri();

        Verdict verdict = list.judge(List.of(new UpstreamAnswer(uri, status, Fields.EMPTY)));

        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Final.class, end -> assertThat(end.kind()).isEqualTo(Verdict.Kind.ABSENT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/octet-stream", ""})
    void whatIsNotJsonIsNoList(String type) throws Exception {
        for (String below : List.of("tags/list", "referrers/" + OciRequests.DIGEST)) {
            RegistryResource list = OciRequests.resource(below);
            Fields fields = type.isEmpty() ? Fields.EMPTY : Fields.of("Content-Type", type);
            // A registry without referrers may send the web page of its front end.
            assertThat(list.judge(List.of(new UpstreamAnswer(list.upstream().uri(), 200, fields))))
                    .isInstanceOf(below.startsWith("tags") ? Verdict.Unexpected.class : Verdict.Final.class);
        }
    }
}
