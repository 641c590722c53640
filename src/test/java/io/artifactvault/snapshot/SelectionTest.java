package io.artifactvault.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Patterns mean what they mean to the Hub's clients, which use Python's fnmatch. */
class SelectionTest {
    @ParameterizedTest
    @CsvSource({
        "*.json, config.json, true",
        "*.json, sub/config.json, true",
        "*.json, config.jsonl, false",
        "onnx/, onnx/model.onnx, true",
        "onnx/, onnx.txt, false",
        "model-0000[12].bin, model-00001.bin, true",
        "model-0000[!12].bin, model-00003.bin, true",
        "model-0000[!12].bin, model-00001.bin, false",
        "model-0000[1-3].bin, model-00002.bin, true",
        "a?c, abc, true",
        "a?c, ac, false",
        "a.c, abc, false",
        "[x, [x, true",
        "(a|b)+, (a|b)+, true",
    })
    void aPatternFits(String pattern, String path, boolean fits) {
        assertThat(new Selection(List.of(pattern), List.of()).contains(path)).isEqualTo(fits);
    }

    @Test
    void whatIsExcludedIsOutWhateverIncludesIt() {
        Selection selection = new Selection(List.of("*.bin", "*.json"), List.of("train*"));
        assertThat(selection.contains("model.bin")).isTrue();
        assertThat(selection.contains("training_args.bin")).isFalse();
        assertThat(selection.contains("README.md")).isFalse();
        assertThat(Selection.ALL.contains("anything")).isTrue();
    }
}
