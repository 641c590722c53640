package io.artifactvault.counterexamples.backend.beta;

import io.artifactvault.counterexamples.backend.alpha.AlphaBackend;
import org.jspecify.annotations.Nullable;

final class BetaUsesAlpha {
    @Nullable
    AlphaBackend broken;
}
