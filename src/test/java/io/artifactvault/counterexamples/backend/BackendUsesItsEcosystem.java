package io.artifactvault.counterexamples.backend;

import io.artifactvault.counterexamples.backend.alpha.AlphaBackend;
import org.jspecify.annotations.Nullable;

final class BackendUsesItsEcosystem {
    @Nullable
    AlphaBackend broken;
}
