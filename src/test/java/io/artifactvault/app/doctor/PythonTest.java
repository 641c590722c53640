package io.artifactvault.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Versions of Python's clients that need something. */
class PythonTest {
    private static final URI VAULT = URI.create("http://vault:8080/huggingface");

    private static List<Finding.State> states(String said, Map<String, String> environment) {
        return Python.read(said.replace(';', '\n')).findings(VAULT, environment, true).stream()
                .map(Finding::state)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "huggingface_hub 1.33.0;hf_xet 1.2.0;endpoint http://vault:8080/huggingface, OK",
        "huggingface_hub 0.28.0, FAIL",
        "huggingface_hub 0.28.1, OK",
        "huggingface_hub 0.30.2;hf_xet 1.0.0, WARN",
        "huggingface_hub 0.30.2, OK",
        "huggingface_hub 0.34.0;hf_xet 1.0.0, OK",
        "huggingface_hub 1.0.0;endpoint https://huggingface.co, FAIL",
        "'', OK",
    })
    void aVersionIsJudged(String said, Finding.State worst) {
        List<Finding.State> states = states(said, Map.of());
        assertThat(states.stream().max(Finding.State::compareTo)).hasValue(worst);
    }

    @Test
    void disabledXetIsNoProblem() {
        assertThat(states("huggingface_hub 0.31.0;hf_xet 1.0.0", Map.of("HF_HUB_DISABLE_XET", "1")))
                .containsOnly(Finding.State.OK);
    }

    @Test
    void aPythonThatIsNotThereIsAFaultOnlyWhereItWasNamed() throws Exception {
        assertThat(Python.ask("/nowhere/python").findings(VAULT, Map.of(), true))
                .extracting(Finding::state)
                .containsExactly(Finding.State.OK);
        assertThat(Python.askNamed("/nowhere/python").findings(VAULT, Map.of(), true))
                .extracting(Finding::state)
                .containsExactly(Finding.State.FAIL);
    }
}
