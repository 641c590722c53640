package io.artifactvault.counterexamples.backend.beta;

import io.artifactvault.counterexamples.store.StoredThing;
import org.jspecify.annotations.Nullable;

final class BetaUsesStore {
    @Nullable
    StoredThing broken;
}
