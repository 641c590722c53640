package io.artifactvault.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may use the admin API. */
class AdminGuardTest {
    private static final Optional<Credential> TOKEN = Optional.of(Credential.bearer("right"));

    private static AdminGuard guard(String host, Optional<Credential> token) {
        return new AdminGuard(new AdminSettings(host, 8081, token));
    }

    private static Request call(String base, String... fields) {
        return new Request(
                "GET", new Target("/admin/jobs", Optional.empty()), Fields.of(fields), base, Optional.empty());
    }

    private static int refusal(AdminGuard guard, Request call) {
        AdminException refused = catchThrowableOfType(AdminException.class, () -> guard.admit(call));
        return refused.status();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:8081", "http://localhost:8081", "http://[::1]:8081"})
    void withoutATokenALoopbackListenerServesWhoComesByALoopbackName(String base) {
        assertThatCode(() -> guard("127.0.0.1", Optional.empty()).admit(call(base)))
                .doesNotThrowAnyException();
    }

    @Test
    void aNameThatSomebodyElseMadeResolveHereIsRefused() {
        assertThat(refusal(guard("127.0.0.1", Optional.empty()), call("http://rebound.example:8081")))
                .isEqualTo(403);
    }

    @Test
    void withoutATokenAListenerThatOthersReachIsClosed() {
        assertThat(refusal(guard("0.0.0.0", Optional.empty()), call("http://127.0.0.1:8081")))
                .isEqualTo(403);
    }

    @Test
    void theTokenOpensAndAnotherDoesNot() {
        AdminGuard guard = guard("0.0.0.0", TOKEN);
        assertThatCode(() -> guard.admit(call("http://vault:8081", "Authorization", "Bearer right")))
                .doesNotThrowAnyException();
        assertThat(refusal(guard, call("http://vault:8081", "Authorization", "Bearer wrong")))
                .isEqualTo(401);
        assertThat(refusal(guard, call("http://vault:8081"))).isEqualTo(401);
    }

    @Test
    void aPageOfAnotherSiteIsRefusedEvenWithTheToken() {
        assertThat(refusal(
                        guard("127.0.0.1", TOKEN),
                        call(
                                "http://localhost:8081",
                                "Authorization",
                                "Bearer right",
                                "Origin",
                                "http://localhost:8081")))
                .isEqualTo(403);
    }
}
