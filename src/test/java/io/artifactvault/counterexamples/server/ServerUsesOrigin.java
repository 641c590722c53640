package io.artifactvault.counterexamples.server;

import io.artifactvault.counterexamples.origin.OriginThing;
import org.jspecify.annotations.Nullable;

final class ServerUsesOrigin {
    @Nullable
    OriginThing broken;
}
