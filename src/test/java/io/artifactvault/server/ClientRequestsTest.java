package io.artifactvault.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.artifactvault.http.Request;
import io.artifactvault.server.ClientRequests.BadRequestException;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientRequestsTest {
    private final ClientRequests requests = new ClientRequests(Optional.empty());

    @ParameterizedTest
    @CsvSource(textBlock = """
            /huggingface/a?b=c,                     /huggingface/a?b=c
            http://vault:8080/huggingface/a?b=c,    /huggingface/a?b=c
            HTTP://huggingface.co/a,                /a
            https://evil.example/a//b,              /a//b
            http://vault,                           /
            http://vault?b=c,                       /?b=c
            /a%2fb/%7Ec,                            /a%2Fb/~c
            /http://x/y,                            /http://x/y
            """)
    void theTargetIsThePathAndQueryWhateverTheForm(String uri, String target) throws BadRequestException {
        assertThat(read(uri, "vault:8080").target()).hasToString(target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "",
                "*",
                "vault:443",
                "/../etc/passwd",
                "/a/%2e%2e/b",
                "/a%",
                "/a%zz",
                "/a%00b",
                "/a#b",
                "/a\\b",
                "ftp://x/y",
                "http://x#y"
            })
    void aBadTargetIsRefusedWithASentence(String uri) {
        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(() -> read(uri, "vault"))
                .withMessageStartingWith("The request target is not valid: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vault", "vault:8080", "127.0.0.1:80", "[::1]:8080", "a-b.c_d.example", "VAULT"})
    void theHostIsTheBaseThatTheClientSees(String host) throws BadRequestException {
        assertThat(read("/a", host).base()).isEqualTo("http://" + host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "a/b",
                "user@vault",
                "vault:",
                "vault:x",
                "vault:123456",
                "vault>",
                "a,b",
                "[::1",
                "va\u00fclt",
                "\"a\"",
                "?x"
            })
    void whatIsNoHostIsRefused(String host) {
        assertThatExceptionOfType(BadRequestException.class).isThrownBy(() -> read("/a", host));
    }

    @Test
    void theAuthorityOfAnAbsoluteTargetSetsTheHostAside() throws BadRequestException {
        Request request = read("http://hub.local:81/a", "vault");

        assertThat(request.base()).isEqualTo("http://hub.local:81");
        assertThat(request.fields().all("Host")).containsExactly("hub.local:81");
        assertThat(read("/http://hub.local/a", "vault").fields().all("Host")).containsExactly("vault");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http:///a", "http://user@vault/a", "http://vault:x/"})
    void anAuthorityThatIsNoHostIsRefused(String uri) {
        assertThatExceptionOfType(BadRequestException.class).isThrownBy(() -> read(uri, "vault"));
    }

    @Test
    void twoHostsAreOneTooMany() {
        HttpRequest head = head(HttpVersion.HTTP_1_1, "/a", "vault");
        head.headers().add("Host", "vault");

        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(() -> requests.read(head, Optional.empty()))
                .withMessageContaining("exactly one Host");
    }

    @Test
    void aTargetThatIsTooLongHasAStatusOfItsOwn() {
        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(() -> read("/" + "a".repeat(20_000), "vault"))
                .matches(e -> e.status() == 414);
    }

    @Test
    void onlyAnOldClientMayHaveNoHost() throws BadRequestException {
        HttpRequest old = new DefaultHttpRequest(HttpVersion.HTTP_1_0, HttpMethod.GET, "/a");
        HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/a");

        assertThat(requests.read(old, Optional.empty()).base()).isEqualTo("http://localhost");
        assertThatExceptionOfType(BadRequestException.class).isThrownBy(() -> requests.read(head, Optional.empty()));
    }

    @Test
    void theConfiguredUrlIsTheBaseWhateverTheHost() throws BadRequestException {
        ClientRequests configured = new ClientRequests(Optional.of("https://vault.example"));

        assertThat(configured
                        .read(head(HttpVersion.HTTP_1_1, "/a", "evil.example"), Optional.empty())
                        .base())
                .isEqualTo("https://vault.example");
    }

    @Test
    void fieldsKeepTheirOrderAndLines() throws BadRequestException {
        HttpRequest head = head(HttpVersion.HTTP_1_1, "/a", "vault");
        head.headers().add("Accept", "a").add("X-Y", "z").add("accept", "b");
        Request request = requests.read(head, Optional.empty());

        assertThat(request.fields().all("Accept")).containsExactly("a", "b");
        assertThat(request.fields().first("x-y")).contains("z");
        assertThat(request.method()).isEqualTo("GET");
    }

    private Request read(String uri, String host) throws BadRequestException {
        return requests.read(head(HttpVersion.HTTP_1_1, uri, host), Optional.empty());
    }

    private static HttpRequest head(HttpVersion version, String uri, String host) {
        HttpRequest head = new DefaultHttpRequest(version, HttpMethod.GET, uri);
        head.headers().set("Host", host);
        return head;
    }
}
