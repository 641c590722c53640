package io.artifactvault.backend.huggingface;

import static io.artifactvault.backend.huggingface.Hubs.hub;
import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.huggingface.route.Repository;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AliasesTest {
    private static final Repository GPT2 = new Repository("models", "gpt2");
    private static final Repository TRUE_NAME = new Repository("models", "openai-community/gpt2");

    private final Aliases aliases = new Aliases();

    private Repository learning(UpstreamAnswer redirect) {
        aliases.learn(GPT2, List.of(redirect, hub(200)), Hubs.hops());
        return aliases.trueName(GPT2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/openai-community/gpt2/resolve/main/config.json",
                "/openai-community/gpt2/raw/main/config.json?download=true",
                "https://huggingface.co/api/models/openai-community/gpt2/revision/main",
                "/api/models/openai-community/gpt2"
            })
    void aRedirectOfTheHubRevealsTheCurrentName(String location) {
        Repository learnt = learning(hub(307, "Location", location));

        assertThat(learnt).isEqualTo(TRUE_NAME).hasToString("openai-community/gpt2");
        assertThat(learnt.title()).as("what a caller is told").isEqualTo("gpt2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/openai-community/gpt2/resolve/main/x",
                "//evil.example/openai-community/gpt2/resolve/main/x",
                "/datasets/openai-community/gpt2/resolve/main/x",
                "/login?next=/gpt2",
                "/../gpt2/resolve/main/x",
                "/gpt2/resolve/main/y",
                "\u0000"
            })
    void noOtherResponseRevealsAName(String location) {
        assertThat(learning(hub(307, "Location", location.replace("\u0000", "%00"))))
                .isEqualTo(GPT2);
    }

    @Test
    void aRedirectOfAnotherHostRevealsNoName() {
        assertThat(learning(Hubs.cdn(302, "Location", "/openai-community/gpt2/resolve/main/x")))
                .isEqualTo(GPT2);
    }

    @Test
    void aRefusalRemovesEveryAliasOfTheRepository() {
        learning(hub(307, "Location", "/api/models/openai-community/gpt2"));
        aliases.forget(TRUE_NAME);

        assertThat(aliases.trueName(GPT2)).isEqualTo(GPT2);
    }
}
