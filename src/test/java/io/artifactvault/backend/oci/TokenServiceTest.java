package io.artifactvault.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.Fields;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which token services may receive callers' credentials, besides the registry's own origin, which the engine permits. */
class TokenServiceTest {
    private static Set<String> permitted(OciSettings settings, String realm) throws Exception {
        RegistryResource manifest = OciRequests.resource(settings, "manifests/latest");
        UpstreamAnswer answer = new UpstreamAnswer(
                manifest.upstream().uri(),
                401,
                Fields.of("WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"s\",scope=\"a\""));
        Verdict verdict = manifest.judge(List.of(answer));
        assertThat(verdict).isInstanceOf(Verdict.Challenge.class);
        return ((Verdict.Challenge) verdict).request().hosts();
    }

    @ParameterizedTest
    @CsvSource({
        "https://registry-1.docker.io, https://auth.docker.io/token, auth.docker.io",
        "https://registry-1.docker.io, https://auth.docker.io:443/token, auth.docker.io",
        "https://registry-1.docker.io, https://AUTH.Docker.IO/token, auth.docker.io",
        "https://registry-1.docker.io, https://a.b.c.docker.io/token, a.b.c.docker.io",
        "https://ghcr.io, https://ghcr.io/token, ghcr.io",
        "https://registry.example.co.uk, https://sso.example.co.uk/token, sso.example.co.uk",
        "https://registry.example.co.uk:8443, https://sso.example.co.uk/token, sso.example.co.uk",
        "https://me.github.io, https://auth.me.github.io/token, auth.me.github.io"
    })
    void aTokenServiceInTheRegistrysDomainMayReceiveThem(String registry, String realm, String host) throws Exception {
        assertThat(permitted(OciRequests.settings(registry), realm)).containsExactly(host);
    }

    @ParameterizedTest
    @CsvSource({
        "https://registry-1.docker.io, https://evil-docker.io/token",
        "https://registry-1.docker.io, https://docker.io.evil.com/token",
        "https://registry-1.docker.io, https://registry-1.docker.io.evil.com/token",
        "https://registry-1.docker.io, https://xdocker.io/token",
        "https://registry-1.docker.io, https://docker.com/token",
        "https://registry-1.docker.io, https://docker.io@evil.com/token",
        "https://registry-1.docker.io, https://auth.docker.io:8443/token",
        "https://registry-1.docker.io, https://auth.docker.io:80/token",
        "https://registry-1.docker.io, http://auth.docker.io/token",
        "https://registry-1.docker.io, http://auth.docker.io:443/token",
        "https://registry-1.docker.io, ftp://auth.docker.io/token",
        "https://registry-1.docker.io, //auth.docker.io/token",
        "https://registry-1.docker.io, https:/token",
        "https://registry-1.docker.io, https:auth.docker.io/token",
        "https://registry-1.docker.io, https://auth_x.docker.io/token",
        "https://registry-1.docker.io, https://io/token",
        "https://registry-1.docker.io, https://127.0.0.1/token",
        "https://registry-1.docker.io, https://[::1]/token",
        "https://registry-1.docker.io, https://2130706433/token",
        "https://registry-1.docker.io, https://localhost/token",
        "http://registry.example.com, https://auth.example.com/token",
        "https://registry.example.co.uk, https://sso.other.co.uk/token",
        "https://registry.co.uk, https://other.co.uk/token",
        "https://example.co.uk, https://co.uk/token",
        "https://co.uk, https://evil.co.uk/token",
        "https://me.github.io, https://evil.github.io/token",
        "https://10.0.0.1, https://10.0.0.1/token",
        "https://10.0.0.1, https://10.0.0.2/token",
        "https://[2001:db8::1], https://[2001:db8::2]/token",
        "https://registry, https://auth/token",
        "https://registry.local, https://auth.local/token"
    })
    void nobodyElseMay(String registry, String realm) throws Exception {
        assertThat(permitted(OciRequests.settings(registry), realm)).isEmpty();
    }

    @Test
    void theOperatorsHostsMayToo() throws Exception {
        OciSettings settings = OciRequests.settings("https://registry.example.com", "sso.corp:8443", "10.0.0.9:5001");

        assertThat(permitted(settings, "https://sso.corp:8443/token"))
                .containsExactlyInAnyOrder("sso.corp:8443", "10.0.0.9:5001");
        assertThat(permitted(settings, "https://evil.com/token"))
                .containsExactlyInAnyOrder("sso.corp:8443", "10.0.0.9:5001");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic realm=\"x\"", "Bearer", "Bearer service=\"x\"", "Negotiate", ""})
    void aChallengeWithoutATokenServiceIsARefusal(String challenge) throws Exception {
        RegistryResource manifest = OciRequests.resource("manifests/latest");
        Fields fields = challenge.isEmpty() ? Fields.EMPTY : Fields.of("WWW-Authenticate", challenge);

        assertThat(manifest.judge(List.of(new UpstreamAnswer(manifest.upstream().uri(), 401, fields))))
                .isInstanceOfSatisfying(Verdict.Final.class, end -> {
                    assertThat(end.kind()).isEqualTo(Verdict.Kind.DENIED);
                    assertThat(end.fields().first("WWW-Authenticate")).contains("Basic realm=\"reg\"");
                });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Basic dTpw   | Basic dTpw
            Bearer abc   | Bearer abc
            Basic Og==   | ''
            basic Og==   | ''
            """)
    void theCallersOwnCredentialIsSentUnlessItIsEmpty(String sent, String expected) throws Exception {
        RegistryResource manifest = OciRequests.resource("manifests/latest", "Authorization", sent);

        assertThat(manifest.credential().map(credential -> credential.reveal()).orElse(""))
                .isEqualTo(expected);
        assertThat(manifest.upstream().credential()).isEqualTo(manifest.credential());
    }
}
