/** Asks upstream: sends one request and hands back a head and a readable body. Blocking, for fill threads. */
@NullMarked
package io.artifactvault.origin;

import org.jspecify.annotations.NullMarked;
