package io.artifactvault.counterexamples.config;

import io.artifactvault.counterexamples.store.StoreChoice;
import io.artifactvault.counterexamples.store.StoreSettings;

record ConfigUsesSettings(StoreSettings settings, StoreChoice choice) {}
