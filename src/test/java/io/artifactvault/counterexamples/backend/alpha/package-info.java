/** A room of the fixture house, which breaks the rules so that their test can see them caught. */
@NullMarked
package io.artifactvault.counterexamples.backend.alpha;

import org.jspecify.annotations.NullMarked;
