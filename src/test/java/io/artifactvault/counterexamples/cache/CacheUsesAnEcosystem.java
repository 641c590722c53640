package io.artifactvault.counterexamples.cache;

import io.artifactvault.counterexamples.backend.alpha.AlphaBackend;
import org.jspecify.annotations.Nullable;

final class CacheUsesAnEcosystem {
    @Nullable
    AlphaBackend broken;
}
