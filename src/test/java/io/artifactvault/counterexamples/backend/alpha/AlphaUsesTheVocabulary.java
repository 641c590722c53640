package io.artifactvault.counterexamples.backend.alpha;

import io.artifactvault.counterexamples.backend.Vocabulary;
import org.jspecify.annotations.Nullable;

final class AlphaUsesTheVocabulary {
    @Nullable
    Vocabulary broken;
}
