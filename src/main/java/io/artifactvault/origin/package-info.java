/**
 * Upstream access: sends one request and returns a head and a readable body. Blocking, for the threads of tasks and
 * fills.
 */
@NullMarked
package io.artifactvault.origin;

import org.jspecify.annotations.NullMarked;
