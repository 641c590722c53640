package io.artifactvault.counterexamples.server;

import io.artifactvault.counterexamples.backend.alpha.AlphaBackend;
import org.jspecify.annotations.Nullable;

final class ServerUsesAnEcosystem {
    @Nullable
    AlphaBackend broken;
}
