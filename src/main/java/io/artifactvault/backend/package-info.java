/**
 * The vocabulary in which an ecosystem describes a request to the cache: {@link io.artifactvault.backend.Backend} and
 * the types that it returns.
 */
@NullMarked
package io.artifactvault.backend;

import org.jspecify.annotations.NullMarked;
