package io.artifactvault.cache.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Credential;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CallersTest {
    private static final Optional<Credential> ANN = Optional.of(Credential.bearer("hf_anns_secret"));
    private final Callers callers = new Callers();

    @Test
    void equalCredentialsAreOneCaller() {
        assertThat(callers.of(ANN))
                .isEqualTo(callers.of(Optional.of(Credential.ofAuthorization("Bearer hf_anns_secret"))));
    }

    @Test
    void otherCredentialsAreOtherCallers() {
        assertThat(callers.of(ANN)).isNotEqualTo(callers.of(Optional.of(Credential.bearer("hf_bobs_secret"))));
        assertThat(callers.of(ANN))
                .isNotEqualTo(callers.of(Optional.of(Credential.ofAuthorization("Basic hf_anns_secret"))));
    }

    @Test
    void noCredentialIsACallerOfItsOwn() {
        assertThat(callers.of(Optional.empty())).isEqualTo(Caller.ANONYMOUS);
        assertThat(callers.of(Optional.of(Credential.ofAuthorization("")))).isNotEqualTo(Caller.ANONYMOUS);
        assertThat(callers.of(Optional.of(Credential.ofAuthorization("anonymous"))))
                .isNotEqualTo(Caller.ANONYMOUS);
    }

    @Test
    void aCallerDoesNotContainItsCredential() {
        assertThat(callers.of(ANN).toString()).doesNotContain("secret").doesNotContain("hf_");
        assertThat(callers.of(ANN).id()).hasSize(64);
    }

    @Test
    void anotherProcessNamesTheCallerDifferently() {
        assertThat(new Callers().of(ANN)).isNotEqualTo(callers.of(ANN));
    }
}
