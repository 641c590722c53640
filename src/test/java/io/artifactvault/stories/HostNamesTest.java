package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.Fields;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Clients are not told which hosts of the operator's network upstream consists of. */
class HostNamesTest extends HubStory {
    private static final String WEIGHTS = "acme/tiny/resolve/main/model.safetensors";
    private static final String PASSED = "api/whoami-v2";

    private void expectNoHost(HttpResponse<byte[]> answer) {
        String all = answer.headers().map() + new String(answer.body(), StandardCharsets.UTF_8);
        assertThat(answer.statusCode()).isBetween(502, 504);
        for (String base : new String[] {hub.base(), hub.cdn().base()}) {
            assertThat(all).doesNotContain(URI.create(base).getAuthority());
        }
        assertThat(all).doesNotContain("inside.example");
    }

    @Test
    void anErrorNamesNoHostOfUpstream() throws Exception {
        hub.stop();
        expectNoHost(stage.get(WEIGHTS));
        expectNoHost(stage.get("api/models/acme/tiny"));
        expectNoHost(stage.get(PASSED));
    }

    @Test
    void anErrorNamesNoHostToWhichUpstreamRedirected() throws Exception {
        Fields inside = Fields.of("Location", "http://cdn.inside.example:1/x");
        hub.fail(Asked.path("whoami"), Fault.answer(302, inside, ""));
        hub.fail(Asked.path("/resolve/"), Fault.answer(302, inside, ""));
        hub.fail(Asked.path("api/models"), Fault.answer(302, inside, ""));
        expectNoHost(stage.get(PASSED));
        expectNoHost(stage.get(WEIGHTS));
        expectNoHost(stage.get("api/models/acme/tiny"));
    }

    @Test
    void anUnexpectedAnswerNamesNoHost() throws Exception {
        hub.fail(Asked.hub(), Fault.loginPage());
        expectNoHost(stage.get(WEIGHTS));
        expectNoHost(stage.get("api/models/acme/tiny"));
    }
}
