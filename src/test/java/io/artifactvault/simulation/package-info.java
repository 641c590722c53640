/** Which content to give up: a generator of traces, the candidates, and what they hit. Run by {@code benchmarks/eviction}. */
@NullMarked
package io.artifactvault.simulation;

import org.jspecify.annotations.NullMarked;
