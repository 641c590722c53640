/** The worked example of {@code docs/development.md}: the smallest ecosystem that is one, with its test. */
@NullMarked
package io.artifactvault.backend.example;

import org.jspecify.annotations.NullMarked;
