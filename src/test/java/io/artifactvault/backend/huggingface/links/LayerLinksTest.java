package io.artifactvault.backend.huggingface.links;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.huggingface.Hubs;
import io.artifactvault.backend.huggingface.route.HubRoute;
import io.artifactvault.backend.huggingface.route.Repository;
import io.artifactvault.fixtures.TestClock;
import io.artifactvault.http.Credential;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerLinksTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Credential ALICE = Credential.bearer("hf_alice");
    private static final Repository QUANT = new Repository("models", "acme/quant");
    private static final HubRoute.Layer LAYER = new HubRoute.Layer(QUANT, "sha256:" + Hubs.SHA256);

    private final TestClock clock = new TestClock();
    private final LayerLinks links = new LayerLinks(clock);

    private String link() {
        return links.query(LAYER, ALICE, HOUR).orElseThrow().substring("link=".length());
    }

    @Test
    void aLinkIdentifiesItsCaller() {
        assertThat(links.read(LAYER, link())).contains(ALICE);
    }

    @Test
    void aLinkDoesNotShowTheCredential() {
        byte[] bytes = Base64.getUrlDecoder().decode(link());
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("hf_alice");
        assertThat(link()).isNotEqualTo(link());
    }

    @Test
    void aLinkExpires() {
        String link = link();
        clock.advance(Duration.ofSeconds(3599));
        assertThat(links.read(LAYER, link)).isPresent();
        clock.advance(Duration.ofSeconds(1));
        assertThat(links.read(LAYER, link)).isEmpty();
    }

    @Test
    void aLinkOfAnotherProcessIsRefused() {
        assertThat(new LayerLinks(clock).read(LAYER, link())).isEmpty();
    }

    @Test
    void aLinkIsValidOnlyForItsLayer() {
        HubRoute.Layer other = new HubRoute.Layer(QUANT, "sha256:" + "0".repeat(64));
        HubRoute.Layer elsewhere = new HubRoute.Layer(new Repository("models", "acme/other"), "sha256:" + Hubs.SHA256);
        assertThat(links.read(other, link())).isEmpty();
        assertThat(links.read(elsewhere, link())).isEmpty();
    }

    @Test
    void noByteOfALinkMayBeChanged() {
        byte[] bytes = Base64.getUrlDecoder().decode(link());
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 1;
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(changed);
            assertThat(links.read(LAYER, text)).as("byte %d", i).isEqualTo(Optional.empty());
        }
    }

    /** The last character holds bits that mean nothing, unless the length is a multiple of three octets. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "ab", "abc"})
    void aLinkHasOneSpelling(String token) {
        String link =
                links.query(LAYER, Credential.bearer(token), HOUR).orElseThrow().substring("link=".length());
        assertThat(links.read(LAYER, link)).isPresent();
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        String start = link.substring(0, link.length() - 1);
        for (int i = 0; i < alphabet.length(); i++) {
            String other = start + alphabet.charAt(i);
            assertThat(links.read(LAYER, other).isPresent()).as(other).isEqualTo(other.equals(link));
        }
        assertThat(links.read(LAYER, link + "=")).isEmpty();
        assertThat(links.read(LAYER, link + "==")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "AAAA", "*", "%%", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void aMalformedLinkIsRefused(String text) {
        assertThat(links.read(LAYER, text)).isEmpty();
    }

    @Test
    void aCredentialThatIsTooLongGetsNoLink() {
        assertThat(links.query(LAYER, Credential.bearer("x".repeat(5000)), HOUR))
                .isEmpty();
    }
}
