package io.artifactvault.counterexamples.http;

import io.artifactvault.counterexamples.store.StoredThing;
import org.jspecify.annotations.Nullable;

final class HttpUsesStore {
    @Nullable
    StoredThing broken;
}
