package io.artifactvault.counterexamples.config;

import io.artifactvault.counterexamples.cache.Engine;
import org.jspecify.annotations.Nullable;

final class ConfigUsesTheEngine {
    @Nullable
    Engine broken;
}
