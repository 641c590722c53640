package io.artifactvault.counterexamples.cache;

import io.artifactvault.counterexamples.server.ServerThing;
import org.jspecify.annotations.Nullable;

final class CacheUsesServer {
    @Nullable
    ServerThing broken;
}
