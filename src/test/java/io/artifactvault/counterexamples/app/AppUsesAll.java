package io.artifactvault.counterexamples.app;

import io.artifactvault.counterexamples.server.ServerThing;
import org.jspecify.annotations.Nullable;

final class AppUsesAll {
    @Nullable
    ServerThing broken;
}
