package io.artifactvault.counterexamples.store;

import io.artifactvault.counterexamples.origin.OriginThing;
import org.jspecify.annotations.Nullable;

final class StoreUsesOrigin {
    @Nullable
    OriginThing broken;
}
