package io.artifactvault.counterexamples.config;

import io.artifactvault.counterexamples.backend.alpha.AlphaSettings;

record ConfigUsesAnEcosystem(AlphaSettings settings) {}
